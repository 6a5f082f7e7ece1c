import Contract
import Model
import Runtime
import Synchronization

/// The rate limit of one account in this process: its lanes take tokens from it. It also knows how long the account asks to be left alone, and
/// does so for accounts without a limit, too.
final class AccountLimiter: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// An account that says nothing is left alone for so long.
    static let usualPause = Duration.seconds(1)
    static let longestPause = Duration.seconds(3600)
    /// For a pause that is not longer, notifications wait in the process.
    static let moment = Duration.seconds(1)

    private struct State {
        var lease = TokenLease()
        var looks: [Lane: @Sendable () -> Void] = [:]
        var pausedUntil: Instant?
        /// Whether tokens are demanded from time to time.
        var isDemanding = false
        /// Whether the granter is to be notified of the pause.
        var isPauseNew = false
    }

    let name: String
    let rate: AccountRate?
    private let state = Mutex(State())
    /// So that the lock is not taken for an account that has no limit and is not paused.
    private let isPaused = Atomic(false)
    private let metrics: LimitMetrics?
    /// What is needed when something waits, or the account is paused: for the part that demands tokens.
    let needs: AsyncStream<DemandPace.Need>
    private let need: AsyncStream<DemandPace.Need>.Continuation

    /// - Parameter name: the provider's.
    init(_ name: String, rate: AccountRate?, medium: Medium, metrics: Metrics) {
        self.name = name
        self.rate = rate
        self.metrics = rate.map { _ in LimitMetrics(account: name, medium: medium, metrics: metrics) }
        (needs, need) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(8))
    }

    /// - Parameter look: called when tokens have come, the priority lane's first. It must not wait.
    func register(_ lane: Lane, look: @escaping @Sendable () -> Void) { state.withLock { $0.looks[lane] = look } }

    /// Until when the account is left alone; nil if it may be called.
    func pause(at now: Instant) -> Instant? {
        guard isPaused.load(ordering: .relaxed) else { return nil }
        return state.withLock { state in
            if let until = state.pausedUntil, now < until { return until }
            state.pausedUntil = nil
            isPaused.store(false, ordering: .relaxed)
            return nil
        }
    }

    /// The account was called too often.
    ///
    /// - Parameter time: how long it asks to be left alone; nil if it does not say.
    func throttled(for time: Duration?, at now: Instant) {
        let until = now + min(max(time ?? Self.usualPause, .milliseconds(1)), Self.longestPause)
        let isNew = state.withLock { state in
            // Calls that were open when the first of them was refused change little.
            guard state.pausedUntil.map({ $0 + .milliseconds(100) < until }) ?? true else { return false }
            state.pausedUntil = until
            state.isPauseNew = true
            isPaused.store(true, ordering: .relaxed)
            return true
        }
        if isNew, rate != nil { need.yield(.urgent) }
    }

    /// Takes a token for one notification.
    func take(_ lane: Lane, at now: Instant) -> Bool { state.withLock { $0.lease.take(lane, at: now) } }

    /// - Parameter count: how many of a lane's wait for a token now.
    func want(_ count: Int, _ lane: Lane) {
        guard rate != nil else { return }
        let isNew = state.withLock { state in
            let isMore = state.lease.want(count, lane)
            guard count > 0, !state.isDemanding || isMore && lane == .priority else { return false }
            state.isDemanding = true
            return true
        }
        if isNew { need.yield(lane == .priority ? .urgent : .usual) }
    }

    /// What to demand now; nil if there is nothing.
    func demand(at now: Instant) -> LimitDemand.Account? {
        guard let rate else { return nil }
        return state.withLock { state in
            let wanted = state.lease.demand(at: now)
            metrics?.update(state.lease)
            let pause = state.isPauseNew ? state.pausedUntil.map { max(.zero, now.duration(to: $0)) } ?? .zero : .zero
            state.isPauseNew = false
            state.isDemanding = wanted.total > 0
            guard wanted.total > 0 || pause > .zero else { return nil }
            return LimitDemand.Account(
                name: name, rate: rate.perSecond, wanted: wanted, received: state.lease.received, pausedFor: pause)
        }
    }

    /// Ends `needs`.
    func finish() { need.finish() }

    /// Tokens have come.
    ///
    /// - Parameter until: when they are lost.
    func granted(_ tokens: TokensByLane, until: Instant, at now: Instant) {
        let looks = state.withLock { state in
            state.lease.granted(tokens, until: until, at: now)
            return Lane.allCases.filter { state.lease.wanted[$0] > 0 }.compactMap { state.looks[$0] }
        }
        for look in looks { look() }
    }
}
