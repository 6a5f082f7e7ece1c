/// What the broker sent on a connection: one complete message or method.
enum BrokerFrame {
    case delivered(amqpChannel: UInt16, Delivery)
    case returned(amqpChannel: UInt16, ReturnedMessage)
    /// Publisher confirms (`basic.ack`, `basic.nack`): of this message, or of all up to it.
    case confirmed(amqpChannel: UInt16, number: UInt64, multiple: Bool)
    case refused(amqpChannel: UInt16, number: UInt64, multiple: Bool)
    case answered(amqpChannel: UInt16, Answer)
    /// The queue was deleted, or its leader moved to another node.
    case queueConsumerCancelled(amqpChannel: UInt16)
    case amqpChannelClosed(amqpChannel: UInt16, code: Int, text: String)
    case connectionClosed(code: Int, text: String)
    case blocked(reason: String)
    case unblocked

    /// The broker's answer to a command.
    enum Answer {
        case amqpChannelOpened, confirmsSelected, prefetchSet, queueDeclared, queueBound, consuming, cancelled, amqpChannelClosed
    }
}

/// A mandatory message that the broker could not route to a queue (`basic.return`).
struct ReturnedMessage: Equatable {
    let exchange: String
    let routingKey: String
    let messageID: String?
    let code: Int
    let text: String
}

/// A command to the broker on an AMQP channel. The broker answers those of the first group; see ``BrokerFrame/Answer``.
enum BrokerCommand {
    case openAMQPChannel
    case selectConfirms
    case prefetch(Int)
    /// Declares an exclusive, auto-delete, non-durable queue.
    case declareOwn(queue: String)
    case bind(queue: String, exchange: String, routingKey: String)
    case consume(queue: String, exclusive: Bool)
    case cancel
    case closeAMQPChannel

    case acknowledge(number: UInt64, multiple: Bool)
    case reject(number: UInt64, requeue: Bool)
}
