/// A message from a queue, to be acknowledged or rejected by its tag.
public struct Delivery: Sendable, Equatable {
    public let tag: DeliveryTag
    /// The exchange that it was published to, not the queue.
    public let exchange: String
    public let routingKey: String
    /// The message was delivered before, so it may have been processed.
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

/// Identifies one delivery of one queue consumer.
public struct DeliveryTag: Sendable, Hashable {
    /// Identifies the AMQP channel. A tag of an earlier one is stale: the broker delivers its message again.
    public let epoch: UInt32
    public let number: UInt64

    public init(epoch: UInt32, number: UInt64) {
        self.epoch = epoch
        self.number = number
    }
}
