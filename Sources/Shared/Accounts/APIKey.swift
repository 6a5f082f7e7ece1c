import Cryptography
public import Model
public import Runtime

/// A key with which a service calls the gateway: `posthorn_<tenant>_<64 hexadecimal digits>`. The beginning is fixed so that scanners for
/// leaked secrets know it. Only its digest is stored.
public struct APIKey: Sendable {
    /// The whole key. It is shown once, when it is made.
    public let text: Secret
    /// The beginning, by which people recognise their keys.
    public let prefix: String

    private static let mark = "posthorn_"

    /// A new key, from 256 random bits.
    public init(tenant: TenantName) {
        let secret = Hexadecimal.text(randomBytes(32).span)
        text = Secret("\(Self.mark)\(tenant)_\(secret)")
        prefix = "\(Self.mark)\(tenant)_\(secret.prefix(6))"
    }

    var digest: KeyDigest { KeyDigest(of: text.reveal()) }

    /// The key of an `Authorization` header (RFC 6750, section 2.1); nil where it holds none.
    public static func bearer(_ header: String) -> String? {
        // By bytes, because it is done for each request.
        let (text, space) = (header.utf8, UInt8(ascii: " "))
        guard let start = text.firstIndex(where: { $0 != space }), let end = text[start...].firstIndex(of: space),
            text[start..<end].lazy.map({ $0 | 0x20 }).elementsEqual("bearer".utf8),
            let keyStart = text[end...].firstIndex(where: { $0 != space })
        else { return nil }
        let key = text[keyStart...]
        guard key.count <= 256, key.starts(with: mark.utf8) else { return nil }
        return String(Substring(key))
    }
}
