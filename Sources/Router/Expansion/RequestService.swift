import Broker
import Contract
import Model
import Parking
import Queueing
import Runtime
import Synchronization
import Topology

/// Takes the requests of one queue through the stages, publishes what comes of them, and acknowledges each message when all that follows
/// from it is confirmed. A request that has to wait for something keeps only its own message waiting.
///
/// What a service sends in a burst goes to its lanes as they have room, so that the backlog stays in the service's own queue of requests.
final class RequestService: QueueService {
    /// So many requests are expanded at a time.
    private static let slice = 64
    /// So many batches are expanded side by side: one waits for the broker's confirms while the other is with the database. What comes
    /// meanwhile gathers.
    private static let batches = 2

    let name: String
    let worker: QueueWorker
    private let queue: QueueName
    private let publisher: FanOutPublisher
    private let parking: Parking
    private let expander: Expander
    private let ledger: RequestLedger
    private let retries: RetryPolicy
    private let log: Log
    private let burst: BurstLine<Origin>
    private let allowance = Mutex(SparseAllowance())
    private let gauges: [Medium: LaneGauge]
    private let drops: DropMetrics
    private let outcomes: [Resolution.Outcome: Counter]

    init(
        lane: Lane, queue: QueueName, prefetch: Int, subscriber: Subscriber, publisher: FanOutPublisher, parking: Parking,
        expander: Expander, ledger: RequestLedger, gauges: [Medium: LaneGauge], chunk: Int, retries: RetryPolicy, log: Log,
        metrics: Metrics
    ) {
        name = queue.name
        self.queue = queue
        worker = QueueWorker(queue: queue.name, prefetch: prefetch, subscriber: subscriber)
        self.publisher = publisher
        self.parking = parking
        self.expander = expander
        self.ledger = ledger
        self.gauges = gauges
        self.retries = retries
        burst = BurstLine(lane: lane, gauges: gauges, chunk: chunk)
        self.log = log.scoped(to: name)
        drops = DropMetrics(lane: lane, metrics: metrics)
        outcomes = Dictionary(
            uniqueKeysWithValues: Resolution.Outcome.allCases.map { outcome in
                (
                    outcome,
                    metrics.counter(
                        "posthorn_router_requests_total", "Requests by what became of them",
                        labels: [("lane", lane.rawValue), ("outcome", outcome.rawValue)])
                )
            })
    }

    func work(on consumption: Consumption) async {
        let (turns, turn) = AsyncStream.makeStream(of: Void.self)
        for _ in 0..<Self.batches { turn.yield() }
        var next = turns.makeAsyncIterator()
        async let bursts: Void = burst.run { [self] items in
            // What the broker has taken back while it waited comes again.
            let origins = items.map(\.origin).filter { consumption.isCurrent($0.message.delivery.tag) }
            await untilStopped(origins.count) { try await persist(with: publish(origins, consumption), consumption) }
        }
        await withDiscardingTaskGroup { group in
            for await batch in consumption.deliveries {
                await next.next()
                group.addTask { [self] in
                    await untilStopped(batch.count) { try await take(batch, consumption) { turn.yield() } }
                }
            }
        }
        burst.finish()
        await bursts
    }

    func stopWaiting() async { for gauge in gauges.values { await gauge.stop() } }

    private func untilStopped(_ messages: Int, _ body: () async throws -> Void) async {
        do { try await body() } catch {
            log.warning("stopped before a batch of requests was done; they come again", ["messages": messages])
        }
    }

    /// Returns when every message of the batch is acknowledged, but for requests that wait for room.
    ///
    /// - Parameter attempted: called when everything has been published once, and only what is not confirmed is still waited for.
    private func take(_ batch: [Delivery], _ consumption: Consumption, attempted: () -> Void) async throws {
        let (origins, unreadable) = read(batch)
        var waiting: [(Origin, FanOut)] = []
        do {
            defer { attempted() }
            for start in stride(from: 0, to: origins.count, by: Self.slice) {
                await burst.room()
                waiting += try await expand(Array(origins[start..<min(start + Self.slice, origins.count)]), consumption)
            }
        }
        try await withThrowingDiscardingTaskGroup { group in
            for (message, parked) in unreadable {
                group.addTask { [self] in
                    try await parking.park([parked])
                    await consumption.acknowledge([message.delivery.tag])
                }
            }
            group.addTask { [self, waiting] in try await persist(with: waiting, consumption) }
        }
    }

    private func read(_ batch: [Delivery]) -> (origins: [Origin], unreadable: [(OpenMessage, ParkedMessage)]) {
        var origins: [Origin] = []
        var unreadable: [(OpenMessage, ParkedMessage)] = []
        for delivery in batch {
            do throws(ContractError) {
                let submissions = try RequestMessage(delivery).submissions
                let message = OpenMessage(delivery, count: submissions.count)
                origins += submissions.map { Origin(submission: $0, message: message, isAlone: submissions.count == 1) }
            } catch {
                let parked = ParkedMessage(delivery, because: .poison, reason: error.description, from: queue)
                unreadable.append((OpenMessage(delivery, count: 1), parked))
            }
        }
        return (origins, unreadable)
    }

    /// Expands requests, and publishes what comes of them once. What is sent in a burst only waits for that from now on.
    ///
    /// - Returns: what is not done with that, and what is left to publish of each.
    private func expand(_ origins: [Origin], _ consumption: Consumption) async throws -> [(Origin, FanOut)] {
        var origins = origins
        let results = try await expander.expand(origins.map(\.submission))
        for (place, result) in results.enumerated() {
            origins[place].resolve(result, from: queue)
            allowance.withLock { origins[place].classify(&$0) }
            note(origins[place])
        }
        let rejections = origins.compactMap { $0.resolution!.rejection }
        try await retries.runOrGiveUp("note rejected requests", log: log) { try await ledger.reject(rejections) }
        let bursting = origins.filter { $0.traffic == .burst }
        burst.add(bursting.map { BurstLine.Item(origin: $0, fanOut: $0.resolution!.fanOut) })
        return try await publish(origins.filter { $0.traffic == .sparse }, consumption)
    }

    /// Publishes what is to be published for requests once, and acknowledges what is done with that.
    ///
    /// - Returns: what is not, and what is left to publish of each.
    private func publish(_ origins: [Origin], _ consumption: Consumption) async throws -> [(Origin, FanOut)] {
        let resolutions = origins.map { $0.resolution! }
        let rests = await publisher.attempt(resolutions.map(\.fanOut))
        // A request with a copy to be parked waits for that by itself.
        let done = origins.indices.filter { rests[$0] == nil && resolutions[$0].parked == nil }
        await consumption.acknowledge(try await finish(done.map { origins[$0] }))
        return origins.indices.filter { rests[$0] != nil || resolutions[$0].parked != nil }.map {
            (origins[$0], rests[$0] ?? FanOut())
        }
    }

    /// Publishes what is left, until all of it is confirmed, and acknowledges.
    private func persist(with rests: [(Origin, FanOut)], _ consumption: Consumption) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for (origin, rest) in rests {
                group.addTask { [self] in
                    try await publisher.persist(with: rest)
                    if let parked = origin.resolution?.parked { try await parking.park([parked]) }
                    await consumption.acknowledge(try await finish([origin]))
                }
            }
        }
    }

    private func note(_ origin: Origin) {
        guard let resolution = origin.resolution else { return }
        outcomes[resolution.outcome]?.increment()
        drops.count(resolution.fanOut.dropped)
        guard let reason = resolution.reason else { return }
        let fields: Log.Fields = ["service": origin.submission.tenant, "outcome": resolution.outcome.rawValue, "reason": reason]
        switch resolution.outcome {
        case .broken: log.error("a request cannot be processed", fields)
        default: log.debug("a request is not carried out", fields)
        }
    }

    /// Notes what is divided.
    ///
    /// - Returns: the messages all of whose requests are done.
    private func finish(_ origins: [Origin]) async throws -> [DeliveryTag] {
        for origin in origins {
            guard let parts = origin.resolution?.fanOut.parts, let key = origin.key else { continue }
            try await retries.runOrGiveUp("note that a request is divided", log: log) { try await ledger.divided(key, parts) }
        }
        return origins.filter { $0.message.finishOne() }.map(\.message.delivery.tag)
    }
}

/// A request, how it came, and what is to be done about it.
private struct Origin {
    let submission: Submission
    let message: OpenMessage
    /// Whether it came in a message of its own.
    let isAlone: Bool
    var resolution: Resolution?
    /// Sparse where it makes no notifications.
    private(set) var traffic = Traffic.sparse

    /// Marks its notifications where they are more than the service may send at any time.
    mutating func classify(_ allowance: inout SparseAllowance) {
        guard let count = resolution?.fanOut.notifications.count, count > 0 else { return }
        traffic = allowance.take(count, of: submission.tenant, at: .now)
        for place in 0..<count { resolution!.fanOut.notifications[place].traffic = traffic }
    }

    mutating func resolve(_ result: StageResult<FanOut>, from queue: QueueName) {
        resolution = Resolution(result, of: submission, in: isAlone ? message.delivery : nil, from: queue)
    }

    /// The name of a divided request: that of its cursors.
    var key: RequestLedger.Key? {
        resolution?.fanOut.cursors.first.map { RequestLedger.Key(tenant: $0.tenant, request: $0.request) }
    }
}
