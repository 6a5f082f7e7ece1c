import Cryptography
import Foundation
import Model

/// The headers that prove where a call comes from (Standard Webhooks).
enum WebhookSignature {
    /// - Parameter id: the same on every retry, so that a receiver knows a repeat.
    static func headers(
        id: NotificationID, at time: Timestamp, body: [UInt8], secret: WebhookSecret
    ) -> [(name: String, value: String)] {
        let id = id.description
        let seconds = String(time.seconds)
        var message: [UInt8] = []
        message.reserveCapacity(body.count + 64)
        message.append(contentsOf: id.utf8)
        message.append(UInt8(ascii: "."))
        message.append(contentsOf: seconds.utf8)
        message.append(UInt8(ascii: "."))
        message.append(contentsOf: body)
        let signature = Data(Digest.hmacSHA256(key: secret.key, message)).base64EncodedString()
        return [("webhook-id", id), ("webhook-timestamp", seconds), ("webhook-signature", "v1,\(signature)")]
    }
}
