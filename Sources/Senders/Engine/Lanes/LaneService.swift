import Broker
import Model
import Queueing
import Runtime
import Synchronization
import Topology

/// Sends the notifications of one of the two queues of a medium's lane: takes deliveries, hands them to the provider chain, settles the
/// outcomes.
final class LaneService: QueueService {
    let name: String
    let worker: QueueWorker
    private let lane: SenderLane
    private let traffic: Traffic
    private let counts: LaneCounts
    private let inFlight: InFlight
    private let isolator: Isolator
    private let triage: Triage
    private let settler: Settler
    private let isDraining = Atomic(false)

    /// - Parameter window: how many messages it has unacknowledged, and how many notifications it has begun and not settled, at most.
    init(_ lane: SenderLane, _ traffic: Traffic, window: Int) {
        self.lane = lane
        self.traffic = traffic
        name = RoutingKey.notification(lane.medium, lane.lane, traffic)
        counts = lane.counts[traffic]!
        let queue = QueueName.send(lane.medium, lane.lane, traffic)
        worker = QueueWorker(queue: queue.name, prefetch: window, subscriber: lane.connections.subscriber)
        inFlight = InFlight(limit: window, gauge: lane.metrics.inFlight)
        let log = lane.log.scoped(to: name)
        isolator = Isolator(
            medium: lane.medium, lane: lane.lane,
            publish: { [publisher = lane.connections.publisher] in await publisher.attempt($0) },
            metrics: lane.isolationMetrics, retries: .always, log: log)
        triage = Triage(
            queue: queue, lane: lane.lane, record: AttemptRecord(lane.connections.database), marker: lane.marker,
            recent: lane.recent, cancelled: lane.cancelled, disabled: lane.disabled, log: log)
        let unqueuedLimit = Self.unqueuedLimit(window, lane.lane)
        settler = Settler(
            inFlight: inFlight, batchDelay: lane.lane == .priority ? .zero : .milliseconds(10),
            ledger: SettlementLedger(queue: queue, unqueuedLimit: unqueuedLimit), metrics: lane.settlerMetrics, log: log)
    }

    /// A quarter of the window, but less if the next message would otherwise have no room.
    static func unqueuedLimit(_ window: Int, _ lane: Lane) -> Int { max(0, min(window / 4, window - lane.messageCapacity)) }

    /// Returns when everything that was begun is settled.
    func work(on consumption: Consumption) async {
        let effects = Settler.Effects(
            publish: { [publisher = lane.connections.publisher] in await publisher.attempt($0, within: .seconds(60)) },
            park: { [parking = lane.connections.parking] in try await parking.park($0) },
            acknowledge: { [counts] in
                counts.acknowledged($0.count)
                await consumption.acknowledge($0)
            })
        let settling = Task { [settler] in await settler.run(effects) }
        for await batch in consumption.deliveries { await take(batch, from: consumption) }
        await inFlight.empty()
        settler.finish()
        await settling.value
    }

    /// Takes nothing more. Deliveries for which there is no room are requeued at once, for other senders. Those that arrive before the broker
    /// has cancelled the queue consumer, and for which there is room, are begun: requeued, they would be possible duplicates and wait.
    func stopTaking() async {
        isDraining.store(true, ordering: .relaxed)
        counts.stopped([], hadRoom: inFlight.close())
        settler.drain()
        await worker.stopTaking()
    }

    /// Takes nothing more, and sends everything that has been delivered. Nothing is requeued, so nothing becomes a possible duplicate.
    func retire() async {
        settler.drain()
        await worker.drain()
    }

    /// Begins as many deliveries as there is room for, and the others when there is room. Those that the broker has requeued meanwhile,
    /// because the connection was lost, are not begun: they are delivered again. Those that were returned too often are moved, and not decoded.
    private func take(_ batch: [Delivery], from consumption: Consumption) async {
        counts.took(batch.count)
        guard await knowsCancelled() else { return await requeue(batch.map { OpenDelivery(undecoded: $0) }, to: consumption) }
        var isFirst = true
        var entered: [OpenDelivery] = []
        var moved: [(tag: DeliveryTag, copy: OutgoingMessage)] = []
        var unbegun: [OpenDelivery] = []
        for delivery in batch {
            let copy = isolator.move(for: delivery, on: traffic)
            let open = copy == nil ? OpenDelivery(delivery) : OpenDelivery(undecoded: delivery)
            if isFirst { counts.reached(open) }
            isFirst = false
            if !inFlight.enter(open.count) {
                // Those before it do not wait.
                begin(entered)
                entered = []
                guard await inFlight.waitAndEnter(open.count) else {
                    unbegun.append(open)
                    continue
                }
            }
            guard consumption.isCurrent(delivery.tag) else {
                inFlight.leave(open.count)
                counts.requeued(1)
                continue
            }
            if let copy { moved.append((delivery.tag, copy)) } else { entered.append(open) }
        }
        begin(entered)
        move(moved, from: consumption)
        if !unbegun.isEmpty { await requeue(unbegun, to: consumption) }
    }

    /// In a task of its own, so that the others do not wait for the confirms. If the process ends before, the deliveries stay unacknowledged.
    private func move(_ moved: [(tag: DeliveryTag, copy: OutgoingMessage)], from consumption: Consumption) {
        guard !moved.isEmpty else { return }
        Task { [isolator, inFlight, counts] in
            do { try await isolator.confirm(moved.map(\.copy)) } catch { return }
            counts.acknowledged(moved.count)
            await consumption.acknowledge(moved.map(\.tag))
            inFlight.leave(moved.count)
        }
    }

    private func requeue(_ unbegun: [OpenDelivery], to consumption: Consumption) async {
        await consumption.requeue(unbegun.map(\.delivery.tag))
        counts.requeued(unbegun.count)
        counts.stopped(unbegun, hadRoom: false)
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
            lane.metrics.settled(notification, outcome.verdict)
            let settlement =
                lane.cancelled.contains(notification)
                ? Settlement.ofCancelled(notification, outcome, lane.schedule, at: .now)
                : Settlement(of: notification, outcome, lane.schedule, at: .now)
            if case .continueOn(let next) = settlement.next { lane.metrics.continued(on: next.medium) }
            settle([triage.item(delivery, settlement)])
        }
    }

    private func settle(_ items: [Settler.Item]) {
        lane.metrics.settled(items)
        settler.settle(items)
    }
}
