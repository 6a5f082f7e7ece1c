import CCrypto
import Synchronization

/// Only this file passes memory to libcrypto.
enum CryptoHandle {
    /// Fetched once, because that takes longer than a digest of 100 bytes. Never changed or freed.
    nonisolated(unsafe) private static let sha256Algorithm = unsafe EVP_MD_fetch(nil, "SHA256", nil)

    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { buffer, count in
            let result = unsafe bytes.withUnsafeBytes {
                unsafe EVP_Digest($0.baseAddress, $0.count, buffer.baseAddress, nil, sha256Algorithm, nil)
            }
            precondition(result == 1, "SHA-256 failed in libcrypto")
            count = Int(SHA256_DIGEST_LENGTH)
        }
    }

    static func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] { hmac.digest(key: key, message) }

    private static let hmac = HMACContext()

    static func random(_ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let result = unsafe RAND_bytes(buffer.baseAddress, Int32(count))
            precondition(result == 1, "libcrypto cannot generate random bytes")
            filled = count
        }
    }
}

/// One context for HMAC-SHA256, reused for all keys, because creating one costs more than the digest of a short message.
///
/// `@unchecked Sendable`: the context is only used under the lock.
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
        // For an empty key, libcrypto would use the previous one.
        precondition(!key.isEmpty, "the HMAC key is empty")
        return lock.withLock { _ in
            unsafe [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { buffer, count in
                let isReady = unsafe EVP_MAC_init(context, key, key.count, nil)
                let isTaken = unsafe EVP_MAC_update(context, message, message.count)
                let isDone = unsafe EVP_MAC_final(context, buffer.baseAddress, &count, buffer.count)
                precondition(isReady == 1 && isTaken == 1 && isDone == 1, "HMAC-SHA256 failed in libcrypto")
            }
        }
    }
}
