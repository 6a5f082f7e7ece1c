import Cryptography

extension Request {
    /// What tells a repeat from another request under the same dedupe key: SHA-256 of the request's document as `document` writes it; nil where
    /// there is no dedupe key, because nothing is then compared.
    ///
    /// The document and not the body is digested, so white space, the order of the fields and fields that hold their default do not make another
    /// request of the same one, and it does not matter whether the key came in a header or in the body. The order of members within `metadata`
    /// counts: it is carried along untouched.
    public var digest: [UInt8]? {
        dedupeKey == nil ? nil : Digest.sha256(document.encoded())
    }
}
