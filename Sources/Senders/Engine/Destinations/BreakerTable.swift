import Lanes
import Model
import Runtime
import Synchronization

/// The breakers of one medium, shared by the lanes of a process. A breaker is kept only while it has state, so a destination that answers
/// costs nothing, and the table has a limit however many addresses are registered.
final class BreakerTable: Sendable {
    /// A destination beyond these has no breaker; the gates still limit it.
    static let capacity = 10_000
    /// A breaker that has not changed for this long is forgotten.
    static let memory = Duration.seconds(600)

    private struct State {
        var breakers: [Destination: Breaker] = [:]
        var nextSweep: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    /// How many there are, so that the lock is not taken while no destination fails.
    private let count = Atomic(0)
    private let metrics: BreakerMetrics
    private let log: Log
    private let medium: Medium
    private let publish: @Sendable (BreakerNotice) -> Void

    /// - Parameter publish: receives the changes of this process, for the others. Called on any thread; it must return at once.
    init(medium: Medium, log: Log, metrics: Metrics, publish: @escaping @Sendable (BreakerNotice) -> Void = { _ in }) {
        self.medium = medium
        self.publish = publish
        self.log = log.scoped(to: medium.rawValue)
        self.metrics = BreakerMetrics(medium: medium, metrics: metrics)
    }

    func standing(of destination: Destination, at now: ContinuousClock.Instant) -> Breaker.Standing {
        guard count.load(ordering: .relaxed) > 0 else { return .closed }
        return state.withLock { $0.breakers[destination]?.standing(at: now) ?? .closed }
    }

    /// - Returns: whether the caller makes the probe.
    func beginProbe(of destination: Destination, at now: ContinuousClock.Instant) -> Bool {
        state.withLock { $0.breakers[destination]?.beginProbe(at: now) ?? false }
    }

    func ended(_ destination: Destination, _ sign: Sign?, isProbe: Bool, at now: ContinuousClock.Instant) {
        if sign != .failed, count.load(ordering: .relaxed) == 0 { return }
        let transition = change(destination, creating: sign == .failed, at: now) {
            $0.ended(sign, isProbe: isProbe, at: now)
        }
        if let transition { publish(BreakerNotice(medium, destination, transition)) }
    }

    /// Applies another process's notice. It is not forwarded.
    func apply(_ notice: BreakerNotice, at now: ContinuousClock.Instant) {
        switch notice.transition {
        case .opened(let time):
            change(notice.destination, creating: true, at: now) { $0.openedElsewhere(for: time, at: now) }
        case .closed:
            change(notice.destination, creating: false, at: now) { $0.closedElsewhere(at: now) }
        }
    }

    /// The destinations that are not called now.
    var open: OpenBreakers {
        state.withLock { state in
            let open = state.breakers.filter { !$0.value.isClosed }.keys
            return OpenBreakers(
                medium, count: open.count, destinations: open.prefix(OpenBreakers.namedLimit).map(\.description).sorted())
        }
    }

    @discardableResult
    private func change(
        _ destination: Destination, creating: Bool, at now: ContinuousClock.Instant,
        _ body: (inout Breaker) -> Breaker.Transition?
    ) -> Breaker.Transition? {
        let change = state.withLock { state -> (transition: Breaker.Transition, wasOpen: Bool)? in
            sweep(&state, at: now)
            let known = state.breakers[destination]
            guard known != nil || creating && state.breakers.count < Self.capacity else { return nil }
            var breaker = known ?? Breaker(at: now)
            let wasOpen = !breaker.isClosed
            let transition = body(&breaker)
            state.breakers[destination] = breaker.isSound ? nil : breaker
            count.store(state.breakers.count, ordering: .relaxed)
            return transition.map { ($0, wasOpen) }
        }
        guard let change else { return nil }
        metrics.count(change.transition, wasOpen: change.wasOpen)
        switch change.transition {
        case .opened(let time) where change.wasOpen:
            log.debug("breaker opened again", ["destination": destination, "for": time])
        case .opened(let time):
            log.warning("breaker opened", ["destination": destination, "for": time])
        case .closed:
            log.info("breaker closed", ["destination": destination])
        }
        return change.transition
    }

    /// Forgets what has not changed for long: old single failures, and open breakers that were not used since.
    private func sweep(_ state: inout State, at now: ContinuousClock.Instant) {
        guard let nextSweep = state.nextSweep else {
            state.nextSweep = now + .seconds(60)
            return
        }
        guard now >= nextSweep else { return }
        state.nextSweep = now + .seconds(60)
        for (destination, breaker) in state.breakers where breaker.lastChange + Self.memory < now {
            state.breakers[destination] = nil
            if !breaker.isClosed { metrics.forgot() }
        }
    }
}
