import Broker
import Contract
import Model
import Parking
import Queueing
import Runtime
import Synchronization
import Topology

/// Runs the requests of one queue through the stages, publishes the results, and acknowledges each message when everything that follows from
/// it is confirmed. A request that has to wait delays only its own message.
///
/// Bursts are published as their lanes have room, so that the backlog stays in the tenant's own queue of requests.
final class RequestService: QueueService {
    /// How many requests are expanded at a time.
    private static let slice = 64
    /// How many batches are expanded concurrently: one waits for the broker's confirms while the other waits for the database. Requests that
    /// arrive in the meantime form the next batch.
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
                        "posthorn_router_requests_total", "Requests by outcome",
                        labels: [("lane", lane.rawValue), ("outcome", outcome.rawValue)])
                )
            })
    }

    func work(on consumption: Consumption) async {
        let (turns, turn) = AsyncStream.makeStream(of: Void.self)
        for _ in 0..<Self.batches { turn.yield() }
        var next = turns.makeAsyncIterator()
        async let bursts: Void = burst.run { [self] items in
            // Messages that the broker has requeued in the meantime are delivered again.
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
            log.warning("stopped before a batch of requests was published; the broker redelivers it", ["messages": messages])
        }
    }

    /// Returns when every message of the batch is acknowledged, except those whose requests wait for room.
    ///
    /// - Parameter attempted: called when everything has been published once and only missing confirms are awaited.
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

    /// Expands requests and publishes each result once, except bursts, which are added to the burst line.
    ///
    /// - Returns: the requests that are not finished, with what is left to publish of each.
    private func expand(_ origins: [Origin], _ consumption: Consumption) async throws -> [(Origin, FanOut)] {
        var origins = origins
        let results = try await expander.expand(origins.map(\.submission))
        for (place, result) in results.enumerated() {
            origins[place].resolve(result, from: queue)
            allowance.withLock { origins[place].classify(&$0) }
            note(origins[place])
        }
        let rejections = origins.compactMap { $0.resolution!.rejection }
        try await retries.runOrGiveUp("record rejected requests", log: log) { try await ledger.reject(rejections) }
        let bursting = origins.filter { $0.traffic == .burst }
        burst.add(bursting.map { BurstLine.Item(origin: $0, fanOut: $0.resolution!.fanOut) })
        return try await publish(origins.filter { $0.traffic == .sparse }, consumption)
    }

    /// Publishes the fan-outs of requests once, and acknowledges the finished ones.
    ///
    /// - Returns: the requests that are not finished, with what is left to publish of each.
    private func publish(_ origins: [Origin], _ consumption: Consumption) async throws -> [(Origin, FanOut)] {
        let resolutions = origins.map { $0.resolution! }
        let rests = await publisher.attempt(resolutions.map(\.fanOut))
        // A request that must be parked is finished separately, when its copy is confirmed.
        let done = origins.indices.filter { rests[$0] == nil && resolutions[$0].parked == nil }
        await consumption.acknowledge(try await finish(done.map { origins[$0] }))
        return origins.indices.filter { rests[$0] != nil || resolutions[$0].parked != nil }.map {
            (origins[$0], rests[$0] ?? FanOut())
        }
    }

    /// Publishes what is left until all of it is confirmed, then acknowledges.
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

    /// Records which requests are divided.
    ///
    /// - Returns: the messages of which all requests are finished.
    private func finish(_ origins: [Origin]) async throws -> [DeliveryTag] {
        for origin in origins {
            guard let parts = origin.resolution?.fanOut.parts, let key = origin.key else { continue }
            try await retries.runOrGiveUp("record that a request is divided", log: log) { try await ledger.divided(key, parts) }
        }
        return origins.filter { $0.message.finishOne() }.map(\.message.delivery.tag)
    }
}

/// A request, the message that contained it, and its resolution.
private struct Origin {
    let submission: Submission
    let message: OpenMessage
    /// Whether its message contained no other request.
    let isAlone: Bool
    var resolution: Resolution?
    /// Sparse if it creates no notifications.
    private(set) var traffic = Traffic.sparse

    /// Marks its notifications as a burst if they exceed the allowance of the tenant.
    mutating func classify(_ allowance: inout SparseAllowance) {
        guard let count = resolution?.fanOut.notifications.count, count > 0 else { return }
        traffic = allowance.take(count, of: submission.tenant, at: .now)
        for place in 0..<count { resolution!.fanOut.notifications[place].traffic = traffic }
    }

    mutating func resolve(_ result: StageResult<FanOut>, from queue: QueueName) {
        resolution = Resolution(result, of: submission, in: isAlone ? message.delivery : nil, from: queue)
    }

    /// The key of a divided request, from its cursors; nil if it has none.
    var key: RequestLedger.Key? {
        resolution?.fanOut.cursors.first.map { RequestLedger.Key(tenant: $0.tenant, request: $0.request) }
    }
}
