/// Why the broker closed an AMQP channel during publishing. The error does not identify the message that caused it.
struct AMQPChannelError: Equatable {
    let code: Int
    let text: String

    var publishError: PublishError {
        switch code {
        case 403: .accessRefused(text)
        case 404: .notFound(text)
        default: .amqpChannelClosed(code: code, text: text)
        }
    }

    /// Whether the error text matches this message. The other messages in flight did not cause the error.
    func matches(_ message: OutgoingMessage) -> Bool {
        if text.contains("user_id property") {
            return message.properties.userID.map { text.contains("property set to '\($0)'") } ?? false
        }
        guard text.contains("exchange '\(message.exchange)'") else { return false }
        return !text.contains("topic '") || text.contains("topic '\(message.routingKey)'")
    }
}
