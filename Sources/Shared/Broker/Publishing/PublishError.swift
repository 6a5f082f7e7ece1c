/// Why a publish failed. Messages of a failed publish may nevertheless have arrived, except those that are named here as not taken.
public enum PublishError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No queue takes this routing key (reply code 312 and its like). Nobody has the message.
    case returned(exchange: String, routingKey: String, code: Int, text: String)
    /// The broker would not take responsibility (`basic.nack`): a queue is full, or cannot write now.
    case refused
    /// The user may not publish there (403). The text is the broker's.
    case accessRefused(String)
    /// No such exchange (404). The text is the broker's.
    case notFound(String)
    /// The broker closed the AMQP channel for another reason, such as a `user-id` that is not the user's (406).
    case channelClosed(code: Int, text: String)
    /// The protocol cannot carry this message: a name over 255 bytes, or too large. Nothing was sent.
    case unsendable(String)
    /// The broker has run out of memory or disk and takes nothing from anybody for now.
    case blocked
    /// No confirm came within the limit.
    case timedOut
    /// There is no connection now, or it broke before the confirm.
    case disconnected
    /// Too much is waiting to be published already.
    case overloaded
    /// The publisher has been closed.
    case closed

    /// Whether the same publish may succeed later without anybody changing anything. It may publish a second copy where the first did arrive.
    public var isTransient: Bool {
        switch self {
        case .refused, .blocked, .timedOut, .disconnected, .overloaded: true
        case .returned, .accessRefused, .notFound, .channelClosed, .unsendable, .closed: false
        }
    }

    public var description: String {
        switch self {
        case .returned(let exchange, let routingKey, let code, let text):
            "no queue takes routing key \(routingKey) of exchange \(exchange) (\(code) \(text))"
        case .refused: "the broker refused the message: a queue is full or cannot write now"
        case .accessRefused(let text), .notFound(let text): text
        case .channelClosed(let code, let text): "the broker closed the channel: \(code) \(text)"
        case .unsendable(let problem): "the message \(problem)"
        case .blocked: "the broker takes no messages now: it has run out of memory or disk"
        case .timedOut: "the broker did not confirm in time"
        case .disconnected: "there is no connection to the broker"
        case .overloaded: "too many messages wait to be published"
        case .closed: "the publisher is closed"
        }
    }
}
