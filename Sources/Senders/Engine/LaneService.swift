import Broker
import Contract
import Model
import Runtime
import Synchronization
import Topology

/// Sends the notifications of one lane of one medium: takes deliveries, hands them to the chain of providers, settles what comes of them.
final class LaneService: Service {
    let name: String
    private let medium: Medium
    private let lane: Lane
    private let prefetch: Int
    private let subscriber: Subscriber
    private let triage: Triage
    private let chain: ProviderChain
    private let settler: Settler
    private let inFlight: InFlight
    private let metrics: LaneMetrics
    private let running = Mutex<(consumption: Consumption, tasks: [Task<Void, Never>])?>(nil)
    private let isDraining = Atomic(false)

    init(
        medium: Medium, lane: Lane, prefetch: Int, subscriber: Subscriber, publisher: Publisher, record: Record,
        chain: ProviderChain,
        log: Log, metrics: Metrics
    ) {
        name = "\(medium.rawValue).\(lane.rawValue)"
        self.medium = medium
        self.lane = lane
        self.prefetch = prefetch
        self.subscriber = subscriber
        self.chain = chain
        let log = log.scoped(to: name)
        triage = Triage(queue: .send(medium, lane), lane: lane, record: record, log: log)
        inFlight = InFlight(limit: prefetch)
        settler = Settler(
            publisher: publisher, inFlight: inFlight, gathering: lane == .priority ? .zero : .milliseconds(10), log: log)
        self.metrics = LaneMetrics(medium: medium, lane: lane, metrics: metrics)
    }

    func start() async throws {
        let consumption = try await subscriber.consume(queue: QueueName.send(medium, lane).name, prefetch: prefetch)
        let taking = Task { [self] in
            for await batch in consumption.deliveries { await take(batch, from: consumption) }
        }
        let settling = Task { [settler] in await settler.run(acknowledging: consumption) }
        running.withLock { $0 = (consumption, [taking, settling]) }
    }

    /// Settles what has been begun. What has not stays unacknowledged, and the broker gives it to other senders.
    func drain() async {
        isDraining.store(true, ordering: .relaxed)
        guard let (consumption, tasks) = running.withLock({ $0 }) else { return }
        await consumption.cancel()
        await tasks[0].value
        await inFlight.empty()
        settler.finish()
        await tasks[1].value
    }

    /// Begins as many deliveries as there is room for, and the others as room comes. What the broker has taken back meanwhile, because the
    /// connection was lost, is not begun: it is delivered again.
    private func take(_ batch: [Delivery], from consumption: Consumption) async {
        var entered: [OpenDelivery] = []
        for delivery in batch.lazy.map(OpenDelivery.init) {
            if !inFlight.enter(delivery.count) {
                await begin(entered)
                entered = []
                await inFlight.waitAndEnter(delivery.count)
            }
            if isDraining.load(ordering: .relaxed) || !consumption.isCurrent(delivery.delivery.tag) {
                inFlight.leave(delivery.count)
            } else {
                entered.append(delivery)
            }
        }
        await begin(entered)
    }

    private func begin(_ deliveries: [OpenDelivery]) async {
        let (ready, settled) = await triage.sort(deliveries)
        settler.settle(settled)
        guard !ready.isEmpty else { return }
        metrics.inFlight.add(ready.count)
        chain.deliver(ready.map(\.notification)) { [settler, metrics, triage] index, outcome in
            let (delivery, notification) = ready[index]
            metrics.inFlight.add(-1)
            metrics.settled(notification, outcome.verdict)
            settler.settle([triage.item(delivery, Settlement(of: notification, outcome, at: .now))])
        }
    }
}
