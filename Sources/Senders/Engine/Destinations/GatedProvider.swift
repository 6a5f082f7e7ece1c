import Cancellations
import Model
import Synchronization

/// A provider behind a gate: it is given what can run now; what its destination cannot take is `deferred`, and what was cancelled while it
/// waited is `cancelled`.
final class GatedProvider: Sendable {
    /// Notifications that came together. They are large, so they are not copied.
    private final class Batch: Sendable {
        let notifications: [Notification]
        let report: @Sendable (Int, CallEnd) -> Void

        init(_ notifications: [Notification], report: @escaping @Sendable (Int, CallEnd) -> Void) {
            self.notifications = notifications
            self.report = report
        }
    }

    private struct Item: Sendable {
        let batch: Batch
        let index: Int

        var notification: Notification { batch.notifications[index] }

        func report(_ verdict: Verdict, took: Duration? = nil) { batch.report(index, CallEnd(verdict: verdict, took: took)) }
    }

    private struct State {
        var gate: Gate<Item>
        /// Whether a call of `lookUp` is scheduled.
        var willLook = false
        var alarm: ContinuousClock.Instant?
    }

    let provider: any Provider
    /// The same provider, if it can be asked.
    private let reconciling: (any ReconcilingProvider)?
    private let cancelled: CancelledRequests
    private let metrics: ProviderMetrics
    private let clock: GateClock
    private let state: Mutex<State>

    init(
        _ provider: any Provider, limits: GateLimits, cancelled: CancelledRequests, breakers: BreakerTable,
        metrics: ProviderMetrics, clock: GateClock
    ) {
        self.provider = provider
        reconciling = provider as? any ReconcilingProvider
        self.cancelled = cancelled
        self.metrics = metrics
        self.clock = clock
        state = Mutex(State(gate: Gate(limits: limits, breakers: breakers)))
    }

    /// Whether the provider can be asked about what it may have sent.
    var canReconcile: Bool { reconciling != nil }

    /// Sends a batch. A notification with a question is not sent: the provider is asked about it.
    ///
    /// - Parameter report: called exactly once for each index, in any order, on any thread.
    func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, CallEnd) -> Void) {
        let destinations = notifications.map(provider.destination)
        let batch = Batch(notifications, report: report)
        let now = clock.now()
        state.withLock { state in
            for index in notifications.indices {
                let flow = TenantFlow(tenant: notifications[index].tenant, traffic: notifications[index].traffic)
                state.gate.add(Item(batch: batch, index: index), for: destinations[index], of: flow, at: now)
            }
        }
        lookUp()
    }

    /// The lane may have more or fewer notifications in flight from now on.
    func resize(to windows: [Traffic: Int]) {
        state.withLock { $0.gate.limits.resize(to: windows) }
        lookUp()
    }

    /// Begins what can begin, and defers what has waited too long.
    private func lookUp() {
        let now = clock.now()
        let (actions, alarm) = state.withLock { state -> ([Gate<Item>.Action], ContinuousClock.Instant?) in
            state.willLook = false
            let actions = state.gate.advance(at: now)
            guard let next = state.gate.nextLook, state.alarm.map({ next < $0 }) ?? true else { return (actions, nil) }
            state.alarm = next
            return (actions, next)
        }
        if let alarm {
            clock.call(alarm) { [self] in
                state.withLock { if $0.alarm == alarm { $0.alarm = nil } }
                lookUp()
            }
        }
        perform(actions)
    }

    private func perform(_ actions: [Gate<Item>.Action]) {
        var begun: [(item: Item, ticket: Gate<Item>.Ticket)] = []
        var asked: [(item: Item, ticket: Gate<Item>.Ticket)] = []
        for action in actions {
            switch action {
            case .begin(let item, let ticket) where reconciling != nil && item.notification.reconciliation != nil:
                asked.append((item, ticket))
            case .begin(let item, let ticket) where cancelled.contains(item.notification):
                _ = ended(ticket, nil)
                metrics.cancelled()
                item.report(.cancelled)
            case .begin(let item, let ticket): begun.append((item, ticket))
            case .deferred(let item, let why):
                metrics.notAsked(why)
                item.report(.deferred(why: why))
            }
        }
        if !asked.isEmpty { ask(asked) }
        guard !begun.isEmpty else { return }
        metrics.begun(begun.count)
        provider.deliver(begun.map { $0.item.notification }) { [self, begun] place, verdict in
            let took = ended(begun[place].ticket, verdict.sign)
            metrics.ended(verdict, after: took)
            begun[place].item.report(verdict, took: took)
        }
    }

    private func ask(_ asked: [(item: Item, ticket: Gate<Item>.Ticket)]) {
        reconciling?.reconcile(asked.map { $0.item.notification }) { [self, asked] place, answer in
            let took = ended(asked[place].ticket, answer.sign)
            metrics.answered(answer.kind)
            asked[place].item.report(answer.verdict, took: took)
        }
    }

    /// Reports come on the provider's own thread, so the next calls are prepared on another.
    ///
    /// - Returns: how long the call took.
    private func ended(_ ticket: Gate<Item>.Ticket, _ sign: Sign?) -> Duration {
        let now = clock.now()
        let looks = state.withLock { state in
            guard state.gate.ended(ticket, sign, at: now), !state.willLook else { return false }
            state.willLook = true
            return true
        }
        if looks { Task { lookUp() } }
        return ticket.begunAt.duration(to: now)
    }
}
