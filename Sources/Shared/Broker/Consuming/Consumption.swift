/// One queue consumer: its deliveries, and how to settle them.
public struct Consumption: Sendable {
    /// Batches of deliveries, in order. At most `prefetch` deliveries are unsettled at a time. Continues after a reconnect, and ends after
    /// ``cancel()`` or the subscriber's `close`. For one reader.
    public let deliveries: AsyncStream<[Delivery]>

    let subscriber: Subscriber
    let queueConsumer: Int
    let mailbox: DeliveryMailbox

    /// Whether the AMQP channel of this delivery is still open. If not, the broker has requeued the message and delivers it again.
    public func isCurrent(_ tag: DeliveryTag) -> Bool { mailbox.isCurrent(tag) }

    /// Acknowledges these deliveries. Tags of a lost connection are dropped: the broker delivers their messages again.
    public func acknowledge(_ tags: [DeliveryTag]) async { await subscriber.acknowledge(tags, queueConsumer: queueConsumer) }

    /// Rejects this delivery.
    ///
    /// - Parameter requeue: true requeues it; false drops or dead-letters it, depending on the queue.
    public func reject(_ tag: DeliveryTag, requeue: Bool) async {
        await subscriber.reject(tag, requeue: requeue, queueConsumer: queueConsumer)
    }

    /// Requeues deliveries that were not processed, so that another queue consumer gets them at once.
    public func requeue(_ tags: [DeliveryTag]) async {
        guard !tags.isEmpty else { return }
        await subscriber.requeue(tags, queueConsumer: queueConsumer)
    }

    /// Stops new deliveries. The earlier ones can still be read, and settled until the subscriber is closed.
    public func cancel() async { await subscriber.cancel(queueConsumer: queueConsumer) }
}
