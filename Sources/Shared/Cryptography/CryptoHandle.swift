import CCrypto

/// The one place that hands memory to libcrypto. Every call is complete in itself; nothing is kept but the algorithm.
enum CryptoHandle {
    /// Looked up once: that takes longer than a digest of 100 bytes. It is only read, and never freed.
    nonisolated(unsafe) private static let sha256Algorithm = unsafe EVP_MD_fetch(nil, "SHA256", nil)

    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { buffer, count in
            let result = unsafe bytes.withUnsafeBytes {
                unsafe EVP_Digest($0.baseAddress, $0.count, buffer.baseAddress, nil, sha256Algorithm, nil)
            }
            precondition(result == 1, "libcrypto refused SHA-256")
            count = Int(SHA256_DIGEST_LENGTH)
        }
    }

    static func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { buffer, count in
            var length: UInt32 = 0
            unsafe key.withUnsafeBytes { key in
                unsafe message.withUnsafeBufferPointer { message in
                    _ = unsafe HMAC(
                        EVP_sha256(), key.baseAddress, Int32(key.count), message.baseAddress, message.count, buffer.baseAddress,
                        &length)
                }
            }
            precondition(length == UInt32(SHA256_DIGEST_LENGTH), "libcrypto refused HMAC-SHA256")
            count = Int(length)
        }
    }

    static func random(_ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let result = unsafe RAND_bytes(buffer.baseAddress, Int32(count))
            precondition(result == 1, "libcrypto has no randomness to give")
            filled = count
        }
    }

    static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in unsafe CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0 }
        }
    }
}
