import Broker
import Cancellations
import Contract
import Model
import Parking
import Queueing
import Runtime
import Topology

/// Consumes the cursors of one medium on one lane: expands the next chunk of each, publishes the continuation to the end of the queue, waits for
/// the confirms and acknowledges. So any number of routers share one fan-out, and tenants take turns. A lane that is full or not consumed
/// delays only its own cursors.
final class CursorService: QueueService {
    /// How many consecutive chunks without a listener of this medium are skipped at a time.
    private static let emptyChunks = 16

    let name: String
    let worker: QueueWorker
    private let queue: QueueName
    private let settings: RouterSettings
    private let publisher: FanOutPublisher
    private let parking: Parking
    private let reader: CursorReader
    private let ledger: CursorLedger
    private let remaining: RemainingListeners
    private let cancelled: CancelledRequests
    private let listeners: ListenerPipeline
    private let gauge: LaneGauge
    private let drops: DropMetrics
    private let retries: RetryPolicy
    private let log: Log

    init(
        medium: Medium, lane: Lane, settings: RouterSettings, subscriber: Subscriber, publisher: FanOutPublisher,
        parking: Parking, reader: CursorReader, ledger: CursorLedger, remaining: RemainingListeners,
        cancelled: CancelledRequests, listeners: ListenerPipeline, gauge: LaneGauge, drops: DropMetrics,
        retries: RetryPolicy, log: Log
    ) {
        queue = .cursors(medium, lane)
        name = queue.name
        self.settings = settings
        worker = QueueWorker(queue: queue.name, prefetch: settings.cursorPrefetch, subscriber: subscriber)
        self.publisher = publisher
        self.parking = parking
        self.reader = reader
        self.ledger = ledger
        self.remaining = remaining
        self.cancelled = cancelled
        self.listeners = listeners
        self.gauge = gauge
        self.drops = drops
        self.retries = retries
        self.log = log.scoped(to: name)
    }

    func work(on consumption: Consumption) async {
        await withDiscardingTaskGroup { group in
            for await batch in consumption.deliveries {
                for delivery in batch {
                    group.addTask { [self] in await take(delivery, from: consumption) }
                }
            }
        }
    }

    func stopWaiting() async { await gauge.stop() }

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
            log.debug("stopped before the chunk of a cursor was published; the broker redelivers the cursor")
        }
    }

    /// Returns when the next chunk and the continuation are confirmed, or, if the lane has had no room for too long, the unchanged cursor.
    private func advance(_ cursor: Cursor, isRedelivered: Bool) async throws {
        guard !isCancelled(cursor) else { return try await endCancelled(cursor) }
        if let expiresAt = cursor.expiresAt, expiresAt < .now { return try await end(cursor, because: "it has expired") }
        let messages = (settings.chunk + cursor.lane.messageCapacity - 1) / cursor.lane.messageCapacity
        while !(try await gauge.enter(messages, within: settings.cursorPatience)) {
            // A redelivered cursor keeps waiting: a copy of it would not be marked as redelivered.
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

    /// The continuation is published together with the chunk, so later chunks may be completed before the lane has accepted this one, and their
    /// ledger entry says nothing about it. A router that waits for the lane has not acknowledged the cursor, so a redelivered cursor is
    /// always expanded.
    ///
    /// - Returns: the notifications that were published.
    private func expandNextChunk(of cursor: Cursor, isRedelivered: Bool) async throws -> [Notification] {
        // It may have been cancelled while it waited for room.
        guard !isCancelled(cursor) else {
            try await endCancelled(cursor)
            return []
        }
        let claim = try await persistently("claim the chunk of a cursor", for: cursor) { try await ledger.claim(cursor) }
        guard claim != .finished || isRedelivered else { return [] }
        var page = try await nextPage(of: cursor)
        let decided = try await persistently("decide on listeners", for: cursor) {
            try await listeners.run(ListenerBatch(page.listeners, of: FanOutSource(cursor)))
        }
        page.listeners = decided.listeners
        let fanOut = FanOut(cursor, page: page, duplicateRisk: claim == .first ? .none : .possible, at: .now)
        try await publisher.publish(fanOut)
        drops.count(decided.dropped)
        try await persistently("record the progress of a cursor", for: cursor) { try await ledger.reached(cursor, page.end) }
        return fanOut.notifications
    }

    /// The next page with a listener, or the last one.
    private func nextPage(of cursor: Cursor) async throws -> ListenerPage {
        var after = cursor.after
        for chunk in 1... {
            let page = try await persistently("read a page of listeners", for: cursor) {
                try await reader.page(of: cursor, after: after, limit: settings.chunk)
            }
            if page.isLast || !page.listeners.isEmpty || chunk == Self.emptyChunks { return page }
            after = page.end
        }
        preconditionFailure("the loop returns after emptyChunks pages")
    }

    /// Publishes the event that the range of a cursor ends before its last consumer.
    private func end(_ cursor: Cursor, because why: String) async throws {
        let end = RequestEvent.finished(cursor, notifications: cursor.notifications, at: .now, reason: why)
        try await publisher.publish(FanOut(events: [.request(end)]))
    }

    private func isCancelled(_ cursor: Cursor) -> Bool { cancelled.contains(cursor.request, of: cursor.tenant) }

    /// Publishes the event that a cursor ends because its request was cancelled, and for how many of its audience.
    private func endCancelled(_ cursor: Cursor) async throws {
        let left = try await persistently("count the rest of a cancelled audience", for: cursor) {
            try await remaining.count(cursor)
        }
        try await publisher.publish(FanOut(events: [.request(.cancelled(cursor, notCreated: left, at: .now))]))
    }

    private func park(_ delivery: Delivery, _ why: String) async throws {
        log.error("parked a cursor that cannot be processed", ["reason": why])
        try await parking.park([ParkedMessage(delivery, because: .poison, reason: why, from: queue)])
    }

    /// The cursor itself is invalid, so that no retry can succeed.
    private struct Fault: Error {
        let cursor: Cursor
        let why: String
    }

    private func persistently<Success: Sendable>(
        _ what: String, for cursor: Cursor, _ body: () async throws -> Success
    ) async throws -> Success {
        switch try await retries.run(what, log: log, body) {
        case .success(let success): return success
        case .permanent(let why): throw Fault(cursor: cursor, why: why)
        }
    }
}
