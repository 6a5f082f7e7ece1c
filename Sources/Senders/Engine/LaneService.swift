import Broker
import Contract
import Model
import Parking
import Runtime
import Synchronization
import Topology

/// Sends the notifications of one of the two queues of a medium's lane: takes deliveries, hands them to the chain of providers, settles what comes of them.
final class LaneService: Service {
    let name: String
    private let queue: QueueName
    private let prefetch: Int
    private let subscriber: Subscriber
    private let triage: Triage
    private let chain: ProviderChain
    private let settler: Settler
    private let inFlight: InFlight
    private let publisher: Publisher
    private let parking: Parking
    private let metrics: LaneMetrics
    private let running = Mutex<(consumption: Consumption, tasks: [Task<Void, Never>])?>(nil)
    private let isDraining = Atomic(false)

    init(
        medium: Medium, lane: Lane, traffic: Traffic, prefetch: Int, ground: SenderGround, parking: Parking,
        recent: RecentAttempts.Shared, marker: RecordMarker, chain: ProviderChain, log: Log, metrics: Metrics
    ) {
        queue = .send(medium, lane, traffic)
        name = RoutingKey.notification(medium, lane, traffic)
        self.prefetch = prefetch
        subscriber = ground.subscriber
        publisher = ground.publisher
        self.parking = parking
        self.chain = chain
        let log = log.scoped(to: name)
        triage = Triage(queue: queue, lane: lane, record: ground.record, marker: marker, recent: recent, log: log)
        self.metrics = LaneMetrics(medium: medium, lane: lane, metrics: metrics)
        inFlight = InFlight(limit: prefetch, gauge: self.metrics.inFlight)
        settler = Settler(
            inFlight: inFlight, gathering: lane == .priority ? .zero : .milliseconds(10),
            ledger: SettlementLedger(
                queue: .send(medium, lane, traffic), roomlessLimit: Self.roomlessLimit(prefetch, lane)),
            metrics: SettlerMetrics(lane: lane, metrics: metrics), log: log)
    }

    /// A quarter of the window, but never so much that the next message has no room.
    static func roomlessLimit(_ prefetch: Int, _ lane: Lane) -> Int { max(0, min(prefetch / 4, prefetch - lane.messageCapacity)) }

    var stage: ServiceStage { .work }

    func start() async throws {
        let consumption = try await subscriber.consume(queue: queue.name, prefetch: prefetch)
        let effects = Settler.Effects(
            publish: { [publisher] in await publisher.attempt($0, within: .seconds(60)) },
            park: { [parking] in try await parking.park($0) }, acknowledge: { await consumption.acknowledge($0) })
        let taking = Task { [self] in
            for await batch in consumption.deliveries { await take(batch, from: consumption) }
        }
        let settling = Task { [settler] in await settler.run(effects) }
        running.withLock { $0 = (consumption, [taking, settling]) }
    }

    /// Takes nothing more. What has been delivered and finds no room is given back at once, so that other senders go on with it. What comes
    /// before the broker has heard of the end and finds room is begun: given back, it would be in doubt, and would wait on a hold.
    func stopTaking() async {
        isDraining.store(true, ordering: .relaxed)
        inFlight.close()
        settler.drain()
        await running.withLock { $0?.consumption }?.cancel()
    }

    /// Settles what has been begun.
    func drain() async {
        await stopTaking()
        guard let (_, tasks) = running.withLock({ $0 }) else { return }
        await tasks[0].value
        await inFlight.empty()
        settler.finish()
        await tasks[1].value
    }

    /// Begins as many deliveries as there is room for, and the others as room comes. What the broker has taken back meanwhile, because the
    /// connection was lost, is not begun: it is delivered again.
    private func take(_ batch: [Delivery], from consumption: Consumption) async {
        var entered: [OpenDelivery] = []
        var unbegun: [DeliveryTag] = []
        for delivery in batch.lazy.map(OpenDelivery.init) {
            var hasRoom = inFlight.enter(delivery.count)
            if !hasRoom {
                begin(entered)
                entered = []
                hasRoom = await inFlight.waitAndEnter(delivery.count)
            }
            if !hasRoom {
                unbegun.append(delivery.delivery.tag)
            } else if consumption.isCurrent(delivery.delivery.tag) {
                entered.append(delivery)
            } else {
                inFlight.leave(delivery.count)
            }
        }
        begin(entered)
        await consumption.giveBack(unbegun)
    }

    private func begin(_ deliveries: [OpenDelivery]) {
        let sorted = triage.sort(deliveries)
        settler.settle(sorted.settled)
        send(sorted.ready)
        guard !sorted.doubtful.isEmpty else { return }
        // Beside the straight path, which waits for no record.
        Task { [self] in
            let resolved = await triage.resolve(sorted.doubtful)
            settler.settle(resolved.settled)
            if isDraining.load(ordering: .relaxed) {
                settler.settle(resolved.ready.map { triage.waiting($0.delivery, $0.notification) })
            } else {
                send(resolved.ready)
            }
        }
    }

    private func send(_ ready: [Triage.Ready]) {
        guard !ready.isEmpty else { return }
        chain.deliver(ready.map(\.notification)) { [settler, metrics, triage] index, outcome in
            let (delivery, notification) = ready[index]
            metrics.settled(notification, outcome.verdict)
            settler.settle([triage.item(delivery, Settlement(of: notification, outcome, .standard, at: .now))])
        }
    }
}
