public import Broker
public import Contract
import Model
public import Topology

/// The messages on parked queues that an operator means, one queue after the other. Nothing is removed unless it is acknowledged.
public actor ParkedQueues {
    /// A message that meets the filter.
    public struct Match: Sendable {
        public let copy: ParkedCopy
        public let ticket: Ticket
    }

    /// Refers to a message that is held, without its body.
    public struct Ticket: Sendable {
        let inner: ParkedReader.Ticket
    }

    /// What was seen of a queue.
    public struct Seen: Sendable, Equatable {
        public let queue: ParkedReason
        /// How many messages it had. What another program held at the time is not counted.
        public let depth: Int
        /// How many other programs were reading it.
        public let otherReaders: Int
    }

    private let filter: ParkedFilter
    private let subscriber: Subscriber
    private let inspector: BrokerInspector
    private var remaining: [ParkedReason]
    private var readers: [ParkedReason: ParkedReader] = [:]
    private var current: ParkedReader?
    /// In the order in which they are read.
    public private(set) var seen: [Seen] = []

    /// - Parameters:
    ///   - subscriber: started, and used for this alone.
    ///   - inspector: for the depths.
    public init(_ filter: ParkedFilter, subscriber: Subscriber, inspector: BrokerInspector) {
        self.filter = filter
        self.subscriber = subscriber
        self.inspector = inspector
        remaining = filter.queues
    }

    /// The next messages that meet the filter, in the order of their queue; nil at the end of the last queue.
    public func next() async throws(BrokerError) -> [Match]? {
        while true {
            guard let reader = try await reader() else { return nil }
            let entries = try await reader.next()
            guard !entries.isEmpty else {
                current = nil
                continue
            }
            let now = Timestamp.now
            let matches = entries.filter { filter.matches($0.copy, at: now) }
            if !matches.isEmpty { return matches.map { Match(copy: $0.copy, ticket: Ticket(inner: $0.ticket)) } }
        }
    }

    /// Removes these from their queues.
    public func acknowledge(_ tickets: [Ticket]) async {
        for (queue, tickets) in Dictionary(grouping: tickets.map(\.inner), by: \.queue) {
            await readers[queue]?.acknowledge(tickets)
        }
    }

    /// Returns everything else to its queue.
    public func requeueRest() async {
        for reader in readers.values { await reader.requeueRest() }
        (remaining, readers, current) = ([], [:], nil)
    }

    private func reader() async throws(BrokerError) -> ParkedReader? {
        if let current { return current }
        guard !remaining.isEmpty else { return nil }
        let queue = remaining.removeFirst()
        let (depth, consumers) = try await inspector.depth(of: QueueName.parked(queue).name)
        seen.append(Seen(queue: queue, depth: depth, otherReaders: consumers))
        let reader = ParkedReader(queue, count: depth, subscriber: subscriber)
        readers[queue] = reader
        current = reader
        return reader
    }
}
