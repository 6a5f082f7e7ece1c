import Cryptography

/// The SHA-256 of an API key, under which the key is stored and looked up. A key is as random as a digest, so it needs no salt and no slow
/// hash.
public struct KeyDigest: Hashable, Sendable {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// - Parameter key: the whole text of the key.
    public init(of key: String) { bytes = Digest.sha256(Array(key.utf8)) }
}
