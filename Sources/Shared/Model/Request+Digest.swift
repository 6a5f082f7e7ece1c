import Cryptography

extension Request {
    /// Distinguishes a repeat from another request with the same dedupe key: SHA-256 of the request's document as `document` writes it; nil
    /// where there is no dedupe key, because then nothing is compared.
    ///
    /// It is the digest of the document and not of the body, so white space, the order of fields, fields with their default value, and whether
    /// the key came in a header or in the body make no difference. The order of members within `metadata` does: metadata is passed on unchanged.
    public var digest: [UInt8]? {
        dedupeKey == nil ? nil : Digest.sha256(document.encoded())
    }
}
