/// Digests and keyed digests of byte strings, by libcrypto.
public enum Digest {
    /// SHA-256 (FIPS 180-4): 32 bytes.
    public static func sha256(_ bytes: [UInt8]) -> [UInt8] { CryptoHandle.sha256(bytes) }

    /// HMAC-SHA256 (RFC 2104): 32 bytes.
    public static func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] { CryptoHandle.hmacSHA256(key: key, message) }
}

/// Random bytes from libcrypto's generator, fit for keys.
public func randomBytes(_ count: Int) -> [UInt8] { CryptoHandle.random(count) }

/// Compares two byte strings in a time that depends on their length only.
public func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool { CryptoHandle.equal(left, right) }
