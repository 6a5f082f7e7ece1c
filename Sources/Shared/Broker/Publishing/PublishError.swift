/// Why a publish failed. Messages of a failed publish may have arrived nevertheless, unless the case says that they were not sent or routed.
public enum PublishError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The broker could not route the message to a queue (`basic.return`, reply code 312 and similar). It was not stored.
    case returned(exchange: String, routingKey: String, code: Int, text: String)
    /// The broker rejected the message (`basic.nack`): a queue is full or unavailable.
    case refused
    /// The user has no permission to publish there (403). The text is the broker's.
    case accessRefused(String)
    /// The exchange does not exist (404). The text is the broker's.
    case notFound(String)
    /// The broker closed the AMQP channel for another reason, such as a wrong `user-id` property (406).
    case amqpChannelClosed(code: Int, text: String)
    /// AMQP cannot carry this message: a name is longer than 255 bytes, or the message is too large. Not sent.
    case unsendable(String)
    /// The broker blocks all publishing because of a memory or disk alarm.
    case blocked
    /// The broker did not confirm within the limit.
    case timedOut
    /// There is no connection, or it was lost before the confirm.
    case disconnected
    /// Too many messages, or too many bytes, wait to be published.
    case overloaded
    /// The publisher is closed.
    case closed

    /// Whether a retry may succeed without any change of configuration. A retry publishes a second copy if the first did arrive.
    public var isTransient: Bool {
        switch self {
        case .refused, .blocked, .timedOut, .disconnected, .overloaded: true
        case .returned, .accessRefused, .notFound, .amqpChannelClosed, .unsendable, .closed: false
        }
    }

    public var description: String {
        switch self {
        case .returned(let exchange, let routingKey, let code, let text):
            "no queue is bound to exchange \(exchange) for routing key \(routingKey) (\(code) \(text))"
        case .refused: "the broker rejected the message: a queue is full or unavailable"
        case .accessRefused(let text), .notFound(let text): text
        case .amqpChannelClosed(let code, let text): "the broker closed the AMQP channel: \(code) \(text)"
        case .unsendable(let problem): "the message \(problem)"
        case .blocked: "the broker blocks publishing: it has a memory or disk alarm"
        case .timedOut: "the broker did not confirm in time"
        case .disconnected: "not connected to the broker"
        case .overloaded: "too many messages wait to be published"
        case .closed: "the publisher is closed"
        }
    }
}
