import Broker
import Model
import Runtime
import Synchronization
import Topology

/// Sends the notifications of one of the two queues of a medium's lane: takes deliveries, hands them to the provider chain, settles the
/// outcomes.
final class LaneService: Service {
    private struct Running {
        let consumption: Consumption
        let taking: Task<Void, Never>
        let settling: Task<Void, Never>
    }

    let name: String
    private let lane: SenderLane
    private let queue: QueueName
    private let prefetch: Int
    private let inFlight: InFlight
    private let triage: Triage
    private let settler: Settler
    private let metrics: LaneMetrics
    private let running = Mutex<Running?>(nil)
    private let isDraining = Atomic(false)

    init(_ lane: SenderLane, _ traffic: Traffic) {
        self.lane = lane
        name = RoutingKey.notification(lane.medium, lane.lane, traffic)
        queue = .send(lane.medium, lane.lane, traffic)
        prefetch = lane.windows[traffic]!
        metrics = LaneMetrics(medium: lane.medium, lane: lane.lane, metrics: lane.metrics)
        inFlight = InFlight(limit: prefetch, gauge: metrics.inFlight)
        let log = lane.log.scoped(to: name)
        triage = Triage(
            queue: queue, lane: lane.lane, record: AttemptRecord(lane.connections.database), marker: lane.marker,
            recent: lane.recent, cancelled: lane.cancelled, disabled: lane.disabled, log: log)
        let unqueuedLimit = Self.unqueuedLimit(prefetch, lane.lane)
        settler = Settler(
            inFlight: inFlight, batchDelay: lane.lane == .priority ? .zero : .milliseconds(10),
            ledger: SettlementLedger(queue: .send(lane.medium, lane.lane, traffic), unqueuedLimit: unqueuedLimit),
            metrics: SettlerMetrics(lane: lane.lane, metrics: lane.metrics), log: log)
    }

    /// A quarter of the window, but less if the next message would otherwise have no room.
    static func unqueuedLimit(_ prefetch: Int, _ lane: Lane) -> Int { max(0, min(prefetch / 4, prefetch - lane.messageCapacity)) }

    var stage: ServiceStage { .work }

    func start() async throws {
        let consumption = try await lane.connections.subscriber.consume(queue: queue.name, prefetch: prefetch)
        let effects = Settler.Effects(
            publish: { [publisher = lane.connections.publisher] in await publisher.attempt($0, within: .seconds(60)) },
            park: { [parking = lane.connections.parking] in try await parking.park($0) },
            acknowledge: { await consumption.acknowledge($0) })
        let taking = Task { [self] in
            for await batch in consumption.deliveries { await take(batch, from: consumption) }
        }
        let settling = Task { [settler] in await settler.run(effects) }
        running.withLock { $0 = Running(consumption: consumption, taking: taking, settling: settling) }
    }

    /// Takes nothing more. Deliveries for which there is no room are requeued at once, for other senders. Those that arrive before the broker
    /// has cancelled the queue consumer, and for which there is room, are begun: requeued, they would be possible duplicates and wait.
    func stopTaking() async {
        isDraining.store(true, ordering: .relaxed)
        inFlight.close()
        settler.drain()
        await running.withLock { $0?.consumption }?.cancel()
    }

    /// Settles what has been begun.
    func drain() async {
        await stopTaking()
        guard let running = running.withLock({ $0 }) else { return }
        await running.taking.value
        await inFlight.empty()
        settler.finish()
        await running.settling.value
    }

    /// Begins as many deliveries as there is room for, and the others when there is room. Those that the broker has requeued meanwhile,
    /// because the connection was lost, are not begun: they are delivered again.
    private func take(_ batch: [Delivery], from consumption: Consumption) async {
        guard await knowsCancelled() else { return await consumption.requeue(batch.map(\.tag)) }
        var entered: [OpenDelivery] = []
        var unbegun: [DeliveryTag] = []
        for delivery in batch.lazy.map(OpenDelivery.init) {
            if !inFlight.enter(delivery.count) {
                // Those before it do not wait.
                begin(entered)
                entered = []
                guard await inFlight.waitAndEnter(delivery.count) else {
                    unbegun.append(delivery.delivery.tag)
                    continue
                }
            }
            guard consumption.isCurrent(delivery.delivery.tag) else {
                inFlight.leave(delivery.count)
                continue
            }
            entered.append(delivery)
        }
        begin(entered)
        await consumption.requeue(unbegun)
    }

    /// Waits, in a process whose database does not answer at its start, until it knows what was cancelled before. The priority lane never waits
    /// for the database.
    private func knowsCancelled() async -> Bool {
        if lane.lane == .priority { return true }
        return await lane.cancelled.complete()
    }

    private func begin(_ deliveries: [OpenDelivery]) {
        let sorted = triage.sort(deliveries)
        settle(sorted.settled)
        send(sorted.ready)
        guard !sorted.possibleDuplicates.isEmpty else { return }
        // In a task of its own, so that the others do not wait for the record.
        Task { [self] in await lookUp(sorted.possibleDuplicates) }
    }

    /// Looks up possible duplicates and sends those that are none. A lane that drains sends none of them.
    private func lookUp(_ possibleDuplicates: [Triage.Ready]) async {
        let resolved = await triage.resolve(possibleDuplicates)
        settle(resolved.settled)
        if isDraining.load(ordering: .relaxed) {
            settle(resolved.ready.map { triage.waiting($0.delivery, $0.notification) })
        } else {
            send(resolved.ready)
        }
    }

    private func send(_ ready: [Triage.Ready]) {
        guard !ready.isEmpty else { return }
        lane.chains.deliver(ready.map(\.notification)) { [self] index, outcome in
            let (delivery, notification) = ready[index]
            metrics.settled(notification, outcome.verdict)
            let settlement =
                lane.cancelled.contains(notification)
                ? Settlement.ofCancelled(notification, outcome, lane.schedule, at: .now)
                : Settlement(of: notification, outcome, lane.schedule, at: .now)
            settle([triage.item(delivery, settlement)])
        }
    }

    private func settle(_ items: [Settler.Item]) {
        metrics.settled(items)
        settler.settle(items)
    }
}
