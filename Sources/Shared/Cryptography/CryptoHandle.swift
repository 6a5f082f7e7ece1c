import CCrypto
import Synchronization

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

    static func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] { hmac.digest(key: key, message) }

    private static let hmac = HMACContext()

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

/// One context of HMAC-SHA256, used for one key after another: to make one costs libcrypto more than the digest of a short message.
///
/// Sendable: the context is used under the lock only.
@safe private final class HMACContext: @unchecked Sendable {
    private let context: OpaquePointer
    private let lock = Mutex<Void>(())

    init() {
        let algorithm = unsafe EVP_MAC_fetch(nil, "HMAC", nil)
        guard let context = unsafe EVP_MAC_CTX_new(algorithm) else { fatalError("libcrypto has no HMAC") }
        unsafe self.context = unsafe context
        unsafe EVP_MAC_free(algorithm)
        var name = Array("SHA256".utf8CString)
        unsafe name.withUnsafeMutableBufferPointer { name in
            var parameters = unsafe [OSSL_PARAM_construct_utf8_string("digest", name.baseAddress, 0), OSSL_PARAM_construct_end()]
            let isSet = unsafe EVP_MAC_CTX_set_params(context, &parameters)
            precondition(isSet == 1, "libcrypto has no SHA-256")
        }
    }

    func digest(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        // An empty key would mean the key before.
        precondition(!key.isEmpty, "a key has bytes")
        return lock.withLock { _ in
            unsafe [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { buffer, count in
                let isReady = unsafe EVP_MAC_init(context, key, key.count, nil)
                let isTaken = unsafe EVP_MAC_update(context, message, message.count)
                let isDone = unsafe EVP_MAC_final(context, buffer.baseAddress, &count, buffer.count)
                precondition(isReady == 1 && isTaken == 1 && isDone == 1, "libcrypto refused HMAC-SHA256")
            }
        }
    }
}
