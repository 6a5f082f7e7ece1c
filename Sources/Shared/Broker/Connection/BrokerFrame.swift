/// What the broker says over a connection, one whole message or method at a time.
enum BrokerFrame {
    case delivered(channel: UInt16, Delivery)
    case returned(channel: UInt16, ReturnedMessage)
    /// Publishes of a channel in confirm mode: this one, or all up to this one.
    case confirmed(channel: UInt16, number: UInt64, multiple: Bool)
    case refused(channel: UInt16, number: UInt64, multiple: Bool)
    case answered(channel: UInt16, Answer)
    /// The queue has gone, or moved to another node.
    case consumerCancelled(channel: UInt16)
    case channelClosed(channel: UInt16, code: Int, text: String)
    case connectionClosed(code: Int, text: String)
    case blocked(reason: String)
    case unblocked

    /// The end of a command that the broker answers.
    enum Answer {
        case channelOpened, confirmsSelected, prefetchSet, queueDeclared, queueBound, consuming, cancelled, channelClosed
    }
}

/// A mandatory message that no queue took.
struct ReturnedMessage: Equatable {
    let exchange: String
    let routingKey: String
    let messageID: String?
    let code: Int
    let text: String
}

/// What is asked of the broker on a channel. The commands of the first group are answered; see ``BrokerFrame/Answer``.
enum BrokerCommand {
    case openChannel
    case selectConfirms
    case prefetch(Int)
    /// Not durable, for this connection alone, and removed with its consumer.
    case declareOwn(queue: String)
    case bind(queue: String, exchange: String, routingKey: String)
    case consume(queue: String, exclusive: Bool)
    case cancel
    case closeChannel

    case acknowledge(number: UInt64, multiple: Bool)
    case reject(number: UInt64, requeue: Bool)
}
