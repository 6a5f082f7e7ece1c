import Broker
import Contract
import Topology

/// Reads a parked queue from its head and removes nothing: what it has read stays unacknowledged until it is acknowledged, or requeued at
/// the end. RabbitMQ keeps the order of many requeued messages only roughly.
///
/// The queue is read in spans, each by a queue consumer of its own that receives so many messages and no more, so that memory is bounded
/// however much is parked. What another reader holds at the same time is not seen.
actor ParkedReader {
    /// A message that was read.
    struct Entry: Sendable {
        let copy: ParkedCopy
        let ticket: Ticket
    }

    /// Refers to a message that is held.
    struct Ticket: Sendable, Hashable {
        let queue: ParkedReason
        fileprivate let span: Int
        fileprivate let tag: DeliveryTag
    }

    private struct Span {
        let consumption: Consumption
        let tags: [DeliveryTag]
        var acknowledged: Set<DeliveryTag> = []
    }

    /// The first span, in messages. The later ones are larger where messages are small.
    private static let firstSpan = 100
    private static let spanLimit = 5000
    /// How much the bodies of a span may need, in bytes.
    private static let spanBytes = 32 << 20

    private let queue: ParkedReason
    private let subscriber: Subscriber
    private let patience: Duration
    private var unread: Int
    private var spans: [Span] = []
    private var read = (messages: 0, bytes: 0)

    /// - Parameters:
    ///   - count: how many messages to read at most; no more than the queue holds, or the reader waits for them.
    ///   - patience: how long it waits for messages that another reader has taken meanwhile.
    init(_ queue: ParkedReason, count: Int, subscriber: Subscriber, patience: Duration = .seconds(5)) {
        self.queue = queue
        self.subscriber = subscriber
        self.patience = patience
        unread = count
    }

    /// The next messages in order; empty at the end.
    func next() async throws(BrokerError) -> [Entry] {
        guard unread > 0 else { return [] }
        let size = min(unread, spanSize)
        let consumption = try await subscriber.consume(queue: QueueName.parked(queue).name, prefetch: size)
        let deliveries = await receive(size, from: consumption)
        unread = deliveries.count < size ? 0 : unread - size
        read.messages += deliveries.count
        read.bytes += deliveries.reduce(0) { $0 + $1.body.count }
        spans.append(Span(consumption: consumption, tags: deliveries.map(\.tag)))
        return deliveries.map {
            Entry(copy: ParkedCopy($0, from: queue), ticket: Ticket(queue: queue, span: spans.count - 1, tag: $0.tag))
        }
    }

    /// Removes these from the queue.
    func acknowledge(_ tickets: [Ticket]) async {
        for (number, tickets) in Dictionary(grouping: tickets, by: \.span) {
            spans[number].acknowledged.formUnion(tickets.map(\.tag))
            await spans[number].consumption.acknowledge(tickets.map(\.tag))
        }
    }

    /// Returns to the queue what was read and not acknowledged.
    func requeueRest() async {
        unread = 0
        for span in spans { await span.consumption.requeue(span.tags.filter { !span.acknowledged.contains($0) }) }
        spans = []
    }

    private var spanSize: Int {
        guard read.messages > 0 else { return Self.firstSpan }
        return min(Self.spanLimit, max(Self.firstSpan, Self.spanBytes / max(1, read.bytes / read.messages)))
    }

    private func receive(_ size: Int, from consumption: Consumption) async -> [Delivery] {
        let alarm = Task { [patience] in
            try await Task.sleep(for: patience)
            await consumption.cancel()
        }
        var deliveries: [Delivery] = []
        for await batch in consumption.deliveries {
            deliveries += batch
            if deliveries.count >= size { break }
        }
        alarm.cancel()
        await consumption.cancel()
        return deliveries
    }
}
