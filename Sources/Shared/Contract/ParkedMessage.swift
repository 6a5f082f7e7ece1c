public import Broker
public import Model
public import Topology

/// A message that is kept aside for an operator: as it was, with the reason, the queue and the time in its headers.
public struct ParkedMessage: Sendable {
    private let properties: MessageProperties
    private let body: [UInt8]
    private let cause: ParkedReason

    /// - Parameter reason: one sentence for the operator, without address or body.
    public init(
        _ delivery: Delivery, because cause: ParkedReason, reason: String, from queue: QueueName, at time: Timestamp = .now
    ) {
        self.init(properties: delivery.properties, body: delivery.body, because: cause, reason: reason, from: queue, at: time)
    }

    public init(
        _ message: OutgoingMessage, because cause: ParkedReason, reason: String, from queue: QueueName, at time: Timestamp = .now
    ) {
        self.init(properties: message.properties, body: message.body, because: cause, reason: reason, from: queue, at: time)
    }

    private init(
        properties: MessageProperties, body: [UInt8], because cause: ParkedReason, reason: String, from queue: QueueName,
        at time: Timestamp
    ) {
        var properties = properties
        // The broker lets nobody publish under another user's name.
        properties.userID = nil
        let own = [HeaderName.reason, HeaderName.parkedFrom, HeaderName.parkedAt]
        properties.headers.removeAll { own.contains($0.name) || $0.name == "x-death" }
        properties.headers += [
            Header(HeaderName.reason, .string(String(reason.prefix(500)))), Header(HeaderName.parkedFrom, .string(queue.name)),
            Header(HeaderName.parkedAt, .string(time.description)),
        ]
        self.properties = properties
        self.body = body
        self.cause = cause
    }

    public func outgoing() -> OutgoingMessage {
        OutgoingMessage(
            exchange: ExchangeName.parked.name, routingKey: RoutingKey.parked(cause), properties: properties, body: body)
    }
}
