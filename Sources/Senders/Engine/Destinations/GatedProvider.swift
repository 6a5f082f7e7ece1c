import Model
import Synchronization

/// A provider behind a gate: it is given what can run now; what its destination cannot take is `deferred`.
final class GatedProvider: Provider {
    /// Notifications that came together. They are large, so they are not copied.
    private final class Batch: Sendable {
        let notifications: [Notification]
        let report: @Sendable (Int, Verdict) -> Void

        init(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void) {
            self.notifications = notifications
            self.report = report
        }
    }

    private struct Item: Sendable {
        let batch: Batch
        let index: Int

        var notification: Notification { batch.notifications[index] }

        func report(_ verdict: Verdict) { batch.report(index, verdict) }
    }

    private struct State {
        var gate: Gate<Item>
        /// Whether a call of `lookUp` is scheduled.
        var willLook = false
        var alarm: ContinuousClock.Instant?
    }

    private let provider: any Provider
    private let metrics: ProviderMetrics
    private let clock: GateClock
    private let state: Mutex<State>

    init(_ provider: any Provider, limits: GateLimits, breakers: BreakerTable, metrics: ProviderMetrics, clock: GateClock) {
        self.provider = provider
        self.metrics = metrics
        self.clock = clock
        state = Mutex(State(gate: Gate(limits: limits, breakers: breakers)))
    }

    var name: String { provider.name }
    var medium: Medium { provider.medium }
    var callsAtOnce: Int { provider.callsAtOnce }
    var callsInReserve: Int { provider.callsInReserve }

    func destination(of notification: Notification) -> Destination { provider.destination(of: notification) }

    func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void) {
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
        for action in actions {
            switch action {
            case .begin(let item, let ticket): begun.append((item, ticket))
            case .deferred(let item, let why):
                metrics.notAsked(why)
                item.report(.deferred(why: why))
            }
        }
        guard !begun.isEmpty else { return }
        metrics.begun(begun.count)
        provider.deliver(begun.map { $0.item.notification }) { [self, begun] place, verdict in
            ended(begun[place].ticket, verdict)
            begun[place].item.report(verdict)
        }
    }

    /// Reports come on the provider's own thread, so the next calls are prepared on another.
    private func ended(_ ticket: Gate<Item>.Ticket, _ verdict: Verdict) {
        let now = clock.now()
        metrics.ended(verdict, after: ticket.begunAt.duration(to: now))
        let looks = state.withLock { state in
            guard state.gate.ended(ticket, verdict.sign, at: now), !state.willLook else { return false }
            state.willLook = true
            return true
        }
        if looks { Task { lookUp() } }
    }
}
