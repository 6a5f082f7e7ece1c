import Cryptography
import FoundationEssentials

/// The secret from which every webhook's signing secret is derived, so that none of them is stored.
public struct MasterKey: Sendable, CustomStringConvertible {
    private let bytes: [UInt8]

    /// Reads base64 (RFC 4648, section 4) of 32 bytes or more; nil for anything else.
    public init?(base64 text: String) {
        guard let data = Data(base64Encoded: text), data.count >= 32 else { return nil }
        bytes = Array(data)
    }

    /// The signing secret of a webhook endpoint. Another generation gives another secret.
    public func webhookSecret(of endpoint: EndpointID, generation: Int) -> WebhookSecret {
        let number = (0..<4).map { UInt8(truncatingIfNeeded: generation >> (24 - 8 * $0)) }
        return WebhookSecret(key: Digest.hmacSHA256(key: bytes, Array("webhook-secret".utf8) + endpoint.bytes + number))
    }

    public var description: String { "***" }
}

/// What a webhook is signed with (Standard Webhooks).
public struct WebhookSecret: Sendable, Equatable, CustomStringConvertible {
    /// 32 bytes.
    public let key: [UInt8]

    init(key: [UInt8]) { self.key = key }

    /// The form for the receiver: `whsec_` and base64.
    public func reveal() -> String { "whsec_" + Data(key).base64EncodedString() }

    public var description: String { "***" }
}
