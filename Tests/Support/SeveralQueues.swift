public import Broker

extension Subscriber {
    /// The deliveries of all of the queues.
    public func deliveries(from queues: [String], prefetch: Int) async throws(BrokerError) -> AsyncStream<[Delivery]> {
        let (merged, arrival) = AsyncStream.makeStream(of: [Delivery].self)
        for queue in queues {
            let consumption = try await consume(queue: queue, prefetch: prefetch)
            // Ends with the subscriber.
            Task { for await batch in consumption.deliveries { arrival.yield(batch) } }
        }
        return merged
    }
}
