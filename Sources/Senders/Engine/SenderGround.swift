public import Broker
import Parking

/// What some lanes of a sender stand on: the connections that they take from and publish to, and the record that they ask.
public struct SenderGround: Sendable {
    let subscriber: Subscriber
    let publisher: Publisher
    let record: Record

    /// - Parameter record: where a notification that may be a repeat is looked up.
    public init(subscriber: Subscriber, publisher: Publisher, record: Record) {
        self.subscriber = subscriber
        self.publisher = publisher
        self.record = record
    }
}
