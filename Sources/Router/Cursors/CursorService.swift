import Broker
import Contract
import Model
import Parking
import Runtime
import Synchronization
import Topology

/// Takes the cursors of one medium's lane: expands the next chunk of each, waits for the confirms, hands the continuation to the queue's tail
/// and acknowledges. So any number of routers share one fan-out, and tenants take turns. A lane that is full or not served keeps only its own
/// cursors waiting.
final class CursorService: Service {
    /// Consecutive chunks without a listener of this medium that are passed over at a time.
    private static let emptyChunks = 16

    let name: String
    private let queue: QueueName
    private let settings: RouterSettings
    private let subscriber: Subscriber
    private let publisher: FanOutPublisher
    private let parking: Parking
    private let directory: Directory
    private let ledger: CursorLedger
    private let listeners: ListenerPipeline
    private let gauge: LaneGauge
    private let drops: DropMetrics
    private let fault: @Sendable (any Error) -> String?
    private let log: Log
    private let running = Mutex<(consumption: Consumption, task: Task<Void, Never>)?>(nil)

    init(
        medium: Medium, lane: Lane, settings: RouterSettings, subscriber: Subscriber, publisher: FanOutPublisher,
        parking: Parking,
        directory: Directory, ledger: CursorLedger, listeners: ListenerPipeline, gauge: LaneGauge, drops: DropMetrics,
        fault: @escaping @Sendable (any Error) -> String?, log: Log
    ) {
        queue = .cursors(medium, lane)
        name = queue.name
        self.settings = settings
        self.subscriber = subscriber
        self.publisher = publisher
        self.parking = parking
        self.directory = directory
        self.ledger = ledger
        self.listeners = listeners
        self.gauge = gauge
        self.drops = drops
        self.fault = fault
        self.log = log.scoped(to: name)
    }

    func start() async throws {
        let consumption = try await subscriber.consume(queue: queue.name, prefetch: settings.cursorPrefetch)
        let task = Task { [self] in
            await withDiscardingTaskGroup { group in
                for await batch in consumption.deliveries {
                    for delivery in batch {
                        group.addTask { [self] in await take(delivery, from: consumption) }
                    }
                }
            }
        }
        running.withLock { $0 = (consumption, task) }
    }

    var stage: ServiceStage { .work }

    func stopTaking() async { await running.withLock { $0?.consumption }?.cancel() }

    func drain() async {
        guard let (consumption, task) = running.withLock({ $0 }) else { return }
        await consumption.cancel()
        await gauge.stop()
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func take(_ delivery: Delivery, from consumption: Consumption) async {
        do {
            do {
                try await advance(try CursorMessage(delivery).cursor, isRedelivered: delivery.isRedelivered)
            } catch let error as ContractError {
                try await park(delivery, error.description)
            } catch let fault as Fault {
                try await end(fault.cursor, because: "the rest of its audience cannot be read")
                try await park(delivery, fault.why)
            }
            await consumption.acknowledge([delivery.tag])
        } catch {
            log.debug("stopped before a cursor's chunk was done; it comes again")
        }
    }

    /// Returns when the next chunk and the continuation are confirmed, or the cursor as it is where its lane had no room for long.
    private func advance(_ cursor: Cursor, isRedelivered: Bool) async throws {
        if let expiresAt = cursor.expiresAt, expiresAt < .now { return try await end(cursor, because: "its time was over") }
        let messages = (settings.chunk + cursor.lane.messageCapacity - 1) / cursor.lane.messageCapacity
        while !(try await gauge.enter(messages, within: settings.cursorPatience)) {
            // One that comes again waits on: a copy of it would not say that it does.
            if !isRedelivered { return try await publisher.publish(FanOut(cursors: [cursor])) }
        }
        do {
            let published = try await expandNextChunk(of: cursor, isRedelivered: isRedelivered)
            await gauge.leave(messages, published: published)
        } catch {
            await gauge.leave(messages, published: [])
            throw error
        }
    }

    /// The continuation is published beside the chunk, so later chunks may be done while the lane has not taken this one yet, and their record
    /// says nothing of it. Whoever waits for the lane has not acknowledged the cursor, so one that comes again is expanded in any case.
    ///
    /// - Returns: the notifications that are on the lane now.
    private func expandNextChunk(of cursor: Cursor, isRedelivered: Bool) async throws -> [Notification] {
        let claim = try await persistently("claim a cursor's step", for: cursor) { try await ledger.claim(cursor) }
        guard claim != .finished || isRedelivered else { return [] }
        var page = try await nextPage(of: cursor)
        let decided = try await persistently("decide on listeners", for: cursor) {
            try await listeners.run(ListenerBatch(page.listeners, of: FanOutSource(cursor)))
        }
        page.listeners = decided.listeners
        let fanOut = FanOut(cursor, page: page, suspicion: claim == .first ? .none : .suspect, at: .now)
        try await publisher.publish(fanOut)
        drops.count(decided.dropped)
        try await persistently("note a cursor's progress", for: cursor) { try await ledger.reached(cursor, page.end) }
        return fanOut.notifications
    }

    /// The next page with a listener, or the last one.
    private func nextPage(of cursor: Cursor) async throws -> ListenerPage {
        var after = cursor.after
        for chunk in 1... {
            let enquiry = Directory.PageEnquiry(
                audience: cursor.audience, range: ConsumerRange(after: after, through: cursor.through), media: [cursor.medium],
                limit: settings.chunk)
            let page = try await persistently("read a page of listeners", for: cursor) {
                try await directory.pages([enquiry])
            }[0]
            if page.isLast || !page.listeners.isEmpty || chunk == Self.emptyChunks { return page }
            after = page.end
        }
        preconditionFailure("the loop ends by itself")
    }

    /// Tells that a cursor's range ends before its last consumer.
    private func end(_ cursor: Cursor, because why: String) async throws {
        let end = RequestEvent.finished(cursor, notifications: cursor.notifications, at: .now, reason: why)
        try await publisher.publish(FanOut(events: [.request(end)]))
    }

    private func park(_ delivery: Delivery, _ why: String) async throws {
        log.error("parked a cursor that cannot be processed", ["reason": why])
        try await parking.park([ParkedMessage(delivery, because: .poison, reason: why, from: queue)])
    }

    /// The cursor itself is at fault, so that no other try would succeed.
    private struct Fault: Error {
        let cursor: Cursor
        let why: String
    }

    private func persistently<Success>(
        _ what: String, for cursor: Cursor, _ body: () async throws -> Success
    ) async throws -> Success {
        let result: Result<Success, Fault> = try await untilItSucceeds(what, log: log) {
            do { return .success(try await body()) } catch {
                guard let why = fault(error) else { throw error }
                return .failure(Fault(cursor: cursor, why: why))
            }
        }
        return try result.get()
    }
}
