/// One consumer on one queue: what it delivers, and how to settle that.
public struct Consumption: Sendable {
    /// Batches of what had arrived, in order; at most the prefetch is unsettled at a time. Goes on after a reconnect, and ends after
    /// ``cancel()`` or the subscriber's `close`. For one reader.
    public let deliveries: AsyncStream<[Delivery]>

    let subscriber: Subscriber
    let consumer: Int
    let mailbox: DeliveryMailbox

    /// Whether the AMQP channel of this delivery is still there. If not, the broker has taken the message back and delivers it again.
    public func isCurrent(_ tag: DeliveryTag) -> Bool { mailbox.isCurrent(tag) }

    /// Tells the broker that these are done with. Tags of a lost connection are dropped: their messages come again.
    public func acknowledge(_ tags: [DeliveryTag]) async { await subscriber.acknowledge(tags, consumer: consumer) }

    /// Tells the broker that this one is not done.
    ///
    /// - Parameter requeue: true gives it back to the queue; false drops or dead-letters it, as the queue is declared.
    public func reject(_ tag: DeliveryTag, requeue: Bool) async {
        await subscriber.reject(tag, requeue: requeue, consumer: consumer)
    }

    /// Gives back what was not begun, so that another consumer has it at once.
    public func giveBack(_ tags: [DeliveryTag]) async {
        guard !tags.isEmpty else { return }
        await subscriber.giveBack(tags, consumer: consumer)
    }

    /// Takes nothing new. What has been delivered can still be read, and settled until the subscriber is closed.
    public func cancel() async { await subscriber.cancel(consumer: consumer) }
}
