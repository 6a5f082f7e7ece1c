/// Digests and keyed digests of bytes, by libcrypto.
public enum Digest {
    /// SHA-256 (FIPS 180-4): 32 bytes.
    public static func sha256(_ bytes: [UInt8]) -> [UInt8] { CryptoHandle.sha256(bytes) }

    /// HMAC-SHA256 (RFC 2104): 32 bytes.
    public static func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] { CryptoHandle.hmacSHA256(key: key, message) }
}

/// Cryptographically secure random bytes from libcrypto.
public func randomBytes(_ count: Int) -> [UInt8] { CryptoHandle.random(count) }
