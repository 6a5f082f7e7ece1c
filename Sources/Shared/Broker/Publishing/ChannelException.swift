/// The broker's reason for closing an AMQP channel in the middle of publishing. It names no message, only what was wrong with one.
struct ChannelException: Equatable {
    let code: Int
    let text: String

    var error: PublishError {
        switch code {
        case 403: .accessRefused(text)
        case 404: .notFound(text)
        default: .channelClosed(code: code, text: text)
        }
    }

    /// Whether the text speaks of such a message. The others that were under way have merely lost their channel.
    func concerns(_ message: OutgoingMessage) -> Bool {
        if text.contains("user_id property") {
            return message.properties.userID.map { text.contains("property set to '\($0)'") } ?? false
        }
        guard text.contains("exchange '\(message.exchange)'") else { return false }
        return !text.contains("topic '") || text.contains("topic '\(message.routingKey)'")
    }
}
