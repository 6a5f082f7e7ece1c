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
        settler = Settler(publisher: publisher, gathering: lane == .priority ? .zero : .milliseconds(10), log: log)
        inFlight = InFlight()
        self.metrics = LaneMetrics(medium: medium, lane: lane, metrics: metrics)
    }

    func start() async throws {
        let consumption = try await subscriber.consume(queue: QueueName.send(medium, lane).name, prefetch: prefetch)
        let taking = Task { [self] in
            for await batch in consumption.deliveries { await take(batch) }
        }
        let settling = Task { [settler] in await settler.run(acknowledging: consumption) }
        running.withLock { $0 = (consumption, [taking, settling]) }
    }

    func drain() async {
        guard let (consumption, tasks) = running.withLock({ $0 }) else { return }
        await consumption.cancel()
        await tasks[0].value
        await inFlight.empty()
        settler.finish()
        await tasks[1].value
    }

    private func take(_ batch: [Delivery]) async {
        let (ready, settled) = await triage.sort(batch)
        settler.settle(settled)
        guard !ready.isEmpty else { return }
        inFlight.add(ready.count)
        metrics.inFlight.add(ready.count)
        chain.deliver(ready.map(\.notification)) { [settler, inFlight, metrics, triage] index, outcome in
            let (tag, notification) = ready[index]
            let settlement = Settlement(of: notification, outcome, at: .now)
            settler.settle([triage.item(tag, settlement)])
            metrics.settled(notification, outcome.verdict)
            inFlight.remove(1)
        }
    }
}
