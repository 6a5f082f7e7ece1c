import Broker
import Contract
import Model

/// A mark that was received from the queue.
struct Mark: Sendable {
    let at: Timestamp
    let tag: DeliveryTag

    init(at: Timestamp, tag: DeliveryTag) {
        self.at = at
        self.tag = tag
    }

    /// - Returns: nil if the message cannot be decoded as a mark. If it is not an event either, it is parked as unreadable.
    init?(_ delivery: Delivery) {
        guard let message = try? MarkMessage(delivery) else { return nil }
        self.init(at: message.at, tag: delivery.tag)
    }
}
