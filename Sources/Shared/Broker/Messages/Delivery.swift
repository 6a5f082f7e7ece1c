/// A message that a queue has handed over, to be acknowledged or rejected by its tag.
public struct Delivery: Sendable, Equatable {
    public let tag: DeliveryTag
    /// Where it was published, not the queue it came from.
    public let exchange: String
    public let routingKey: String
    /// Somebody may have worked on it before.
    public let isRedelivered: Bool
    public let properties: MessageProperties
    public let body: [UInt8]

    public init(
        tag: DeliveryTag, exchange: String, routingKey: String, isRedelivered: Bool, properties: MessageProperties, body: [UInt8]
    ) {
        self.tag = tag
        self.exchange = exchange
        self.routingKey = routingKey
        self.isRedelivered = isRedelivered
        self.properties = properties
        self.body = body
    }
}

/// Names one delivery of one consumption.
public struct DeliveryTag: Sendable, Hashable {
    /// Counts the AMQP channels that the consumption has had. A tag of an earlier one means nothing to the broker any more: that message
    /// is delivered again.
    public let epoch: UInt32
    public let number: UInt64

    public init(epoch: UInt32, number: UInt64) {
        self.epoch = epoch
        self.number = number
    }
}
