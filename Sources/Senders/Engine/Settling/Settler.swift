import Broker
import Contract
import Model
import Parking
import Runtime
import Synchronization
import Topology

/// Settles deliveries of one lane: publishes what follows from each, waits for the confirms, and only then acknowledges.
///
/// Outcomes come from any thread. What accumulates while the last batch is being confirmed is the next batch, so batches grow with the load.
/// On lanes where latency matters less, a batch waits a little longer, because few large messages and few acknowledgements cost the broker
/// much less than many small ones. `SettlementLedger` decides what must be confirmed for what.
final class Settler: Sendable {
    /// One notification with an outcome, or an invalid message: what must be on the broker before its delivery may be acknowledged.
    struct Item: Sendable {
        let delivery: OpenDelivery
        var event: NotificationEvent?
        /// Confirmed before the event is published.
        var successor: Successor?
        var parked: ParkedMessage?

        /// Whether nothing more is needed.
        var isDone: Bool { event == nil && successor == nil && parked == nil }
    }

    /// The side effects of the settler.
    struct Effects: Sendable {
        let publish: @Sendable ([OutgoingMessage]) async -> PublishReport
        /// Returns when they are parked or dropped; throws if the process ends before.
        let park: @Sendable ([ParkedMessage]) async throws -> Void
        let acknowledge: @Sendable ([DeliveryTag]) async -> Void
    }

    private struct State {
        var pending: [Item] = []
        /// When the first of them came.
        var since: ContinuousClock.Instant?
        var reports: [(call: Int, report: PublishReport)] = []
        var parked: [Int] = []
        var isDraining = false
        var isFinishing = false
        var alarm: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let wake: AsyncStream<Void>.Continuation
    private let wakes: AsyncStream<Void>
    private let inFlight: InFlight
    private let batchDelay: Duration
    /// It belongs to `run` alone.
    private let makeLedger: @Sendable () -> SettlementLedger
    private let metrics: SettlerMetrics
    private let log: Log
    private let failures = Mutex(LogGate(every: .seconds(10)))

    /// - Parameters:
    ///   - inFlight: what is settled leaves it.
    ///   - batchDelay: how long a batch accumulates at least before it is published.
    init(
        inFlight: InFlight, batchDelay: Duration, ledger: @autoclosure @escaping @Sendable () -> SettlementLedger,
        metrics: SettlerMetrics, log: Log
    ) {
        self.inFlight = inFlight
        self.batchDelay = batchDelay
        makeLedger = ledger
        self.metrics = metrics
        self.log = log
        (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes what is done. Never blocks.
    func settle(_ items: [Item]) {
        guard !items.isEmpty else { return }
        let isFirst = state.withLock { state in
            defer { state.pending.append(contentsOf: items) }
            if state.since == nil { state.since = .now }
            return state.pending.isEmpty
        }
        if isFirst { wake.yield() }
    }

    /// From now on batches do not wait, and nothing waits in the process for room on a retry delay queue.
    func drain() {
        state.withLock { $0.isDraining = true }
        wake.yield()
    }

    /// After this, `run` returns as soon as everything is settled.
    func finish() {
        state.withLock { $0.isFinishing = true }
        wake.yield()
    }

    /// Settles until `finish`.
    func run(_ effects: Effects) async {
        var ledger = makeLedger()
        for await _ in wakes {
            let now = ContinuousClock.now
            let input = takeInput(now)
            if input.isDraining, !ledger.isDraining { ledger.drain() }
            var actions: [SettlementLedger.Action] = []
            for (call, report) in input.reports { actions += ledger.report(call, report, at: now) }
            for number in input.parked { actions += ledger.parked(number) }
            actions += ledger.add(input.items, at: now)
            actions += ledger.takeCalls(now)
            await perform(actions, effects)
            if input.isFinishing, ledger.isEmpty, state.withLock({ $0.pending.isEmpty }) { return }
            if let time = ledger.nextTime(now) { wake(at: time) }
        }
    }

    private struct Input {
        let items: [Item]
        let reports: [(call: Int, report: PublishReport)]
        let parked: [Int]
        let isDraining: Bool
        let isFinishing: Bool
    }

    private func takeInput(_ now: ContinuousClock.Instant) -> Input {
        let (input, due) = state.withLock { state -> (Input, ContinuousClock.Instant?) in
            defer { (state.reports, state.parked) = ([], []) }
            let due = state.since.map { $0 + batchDelay } ?? now
            let isDue = due <= now || state.isDraining || state.isFinishing
            let items = isDue ? state.pending : []
            if isDue { (state.pending, state.since) = ([], nil) }
            let input = Input(
                items: items, reports: state.reports, parked: state.parked, isDraining: state.isDraining,
                isFinishing: state.isFinishing)
            return (input, isDue ? nil : due)
        }
        if let due { wake(at: due) }
        return input
    }

    /// Wakes `run` at the time, unless that is to happen earlier already.
    private func wake(at time: ContinuousClock.Instant) {
        let isEarliest = state.withLock { state in
            if let alarm = state.alarm, alarm <= time { return false }
            state.alarm = time
            return true
        }
        guard isEarliest else { return }
        Task { [self] in
            try? await Task.sleep(until: time)
            state.withLock { if $0.alarm == time { $0.alarm = nil } }
            wake.yield()
        }
    }

    private func perform(_ actions: [SettlementLedger.Action], _ effects: Effects) async {
        var settled: [OpenDelivery] = []
        var parked: [(number: Int, message: ParkedMessage)] = []
        for action in actions {
            switch action {
            case .settled(let delivery): settled.append(delivery)
            case .publish(let call): publish(call, effects)
            case .park(let number, let message): parked.append((number, message))
            case .refused(let step, let count): metrics.refused(count, by: step, log)
            case .unpublishable(let event, let why):
                log.error("event dropped: it cannot be published", ["kind": event.kind.rawValue, "reason": why])
            }
        }
        if !parked.isEmpty { park(parked, effects) }
        guard !settled.isEmpty else { return }
        await effects.acknowledge(settled.filter { $0.settleOne() }.map(\.delivery.tag))
        metrics.settled.increment(by: settled.count)
        inFlight.leave(settled.count)
    }

    private func publish(_ call: SettlementLedger.Call, _ effects: Effects) {
        Task { [self] in
            let report = await effects.publish(call.messages)
            if let failure = report.failures.first, let count = failures.withLock({ $0.admit(report.failures.count) }) {
                log.warning(
                    "settlement not confirmed, trying again", ["error": "\(failure.error)", "messages": count])
            }
            state.withLock { $0.reports.append((call.number, report)) }
            wake.yield()
        }
    }

    /// If the process ends before, the deliveries stay unacknowledged and are delivered again.
    private func park(_ parked: [(number: Int, message: ParkedMessage)], _ effects: Effects) {
        Task { [self] in
            do { try await effects.park(parked.map(\.message)) } catch { return }
            state.withLock { $0.parked += parked.map(\.number) }
            wake.yield()
        }
    }
}
