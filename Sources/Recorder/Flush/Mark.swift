import Broker
import Contract
import Model

/// A mark that has been taken from the queue.
struct Mark: Sendable {
    let at: Timestamp
    let tag: DeliveryTag

    init(at: Timestamp, tag: DeliveryTag) {
        self.at = at
        self.tag = tag
    }

    /// - Returns: nil where the message is no mark that can be read; what is none of the events either is parked as such.
    init?(_ delivery: Delivery) {
        guard let message = try? MarkMessage(delivery) else { return nil }
        self.init(at: message.at, tag: delivery.tag)
    }
}
