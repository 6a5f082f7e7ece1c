import Broker
import Contract
import Model
import Runtime
import Synchronization
import Topology

/// Takes the cursors of one lane: expands the next chunk of each, waits for the confirms, hands the continuation to the queue's tail and
/// acknowledges. So any number of routers share one fan-out, and tenants take turns.
final class CursorService: Service {
    let name: String
    private let lane: Lane
    private let settings: RouterSettings
    private let subscriber: Subscriber
    private let publisher: FanOutPublisher
    private let directory: Directory
    private let ledger: CursorLedger
    private let gauge: LaneGauge
    private let log: Log
    private let running = Mutex<(consumption: Consumption, task: Task<Void, Never>)?>(nil)

    init(
        lane: Lane, settings: RouterSettings, subscriber: Subscriber, publisher: Publisher, directory: Directory,
        ledger: CursorLedger,
        gauge: LaneGauge, log: Log
    ) {
        name = "cursors.\(lane.rawValue)"
        self.lane = lane
        self.settings = settings
        self.subscriber = subscriber
        self.directory = directory
        self.ledger = ledger
        self.gauge = gauge
        self.log = log.scoped(to: name)
        self.publisher = FanOutPublisher(publisher: publisher, log: self.log)
    }

    func start() async throws {
        let consumption = try await subscriber.consume(queue: QueueName.cursors(lane).name, prefetch: settings.cursorPrefetch)
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
                try await advance(try CursorMessage(delivery).cursor)
            } catch let error as ContractError {
                log.warning("parked a message that is no cursor", ["reason": error.description])
                let parked = ParkedMessage(delivery, because: .poison, reason: error.description, from: .cursors(lane))
                try await publisher.publish([], and: [parked.outgoing()])
            }
            await consumption.acknowledge([delivery.tag])
        } catch {
            log.debug("stopped before a cursor's chunk was done; it comes again")
        }
    }

    /// Returns when the next chunk and the continuation are confirmed.
    private func advance(_ cursor: Cursor) async throws {
        if let expiresAt = cursor.expiresAt, expiresAt < .now {
            let end = RequestEvent.finished(cursor, notifications: cursor.notifications, at: .now, reason: "its time was over")
            try await publisher.publish([], and: EventMessage.batches(of: [.request(end)]).map { $0.outgoing() })
            return
        }
        try await gauge.waitForRoom(in: lane, media: cursor.media ?? Set(Medium.allCases))
        let claim = try await untilItSucceeds("claim a cursor's step", log: log) { try await ledger.claim(cursor) }
        guard claim != .finished else { return }
        let page = try await untilItSucceeds("read a page of listeners", log: log) {
            try await directory.page(
                cursor.audience, ConsumerRange(after: cursor.after, through: cursor.through), cursor.media, settings.chunk)
        }
        let fanOut = FanOut(cursor, page: page, suspicion: claim == .first ? .none : .suspect, at: .now)
        try await publisher.publish([fanOut])
        await gauge.published(fanOut)
        try await untilItSucceeds("note a cursor's progress", log: log) { try await ledger.reached(cursor, page.end) }
    }
}
