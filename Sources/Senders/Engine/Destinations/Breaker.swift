/// Whether a destination is worth a call: closed while it answers; open, so that nobody calls it, after a run of failures; and then, after a
/// time that grows with each failure, half open for one call that decides. Pure.
struct Breaker: Sendable {
    /// What a caller may do.
    enum Standing: Equatable, Sendable {
        case closed
        /// No calls, or one that is to decide is under way.
        case open
        /// One call may be made that decides, after `beginProbe`.
        case mayProbe
    }

    enum Transition: Equatable, Sendable {
        case opened(for: Duration)
        case closed
    }

    private enum State: Sendable {
        case closed
        case open(until: ContinuousClock.Instant)
        case halfOpen
    }

    /// So many failures without an answer between them open it.
    static let threshold = 5
    static let shortest = Duration.seconds(5)
    static let longest = Duration.seconds(300)

    private var state = State.closed
    private var failures = 0
    /// How often it has opened since the last answer.
    private var openings = 0
    /// Opened because another process said so, and not by failures seen here.
    private var isRemote = false
    private(set) var lastChange: ContinuousClock.Instant

    init(at now: ContinuousClock.Instant) { lastChange = now }

    var isClosed: Bool { if case .closed = state { true } else { false } }
    /// Whether there is nothing to remember of it.
    var isSound: Bool { isClosed && failures == 0 }

    func standing(at now: ContinuousClock.Instant) -> Standing {
        switch state {
        case .closed: .closed
        case .open(let until): now < until ? .open : .mayProbe
        case .halfOpen: .open
        }
    }

    /// - Returns: whether the caller makes the call that decides, and tells its end as a probe's.
    mutating func beginProbe(at now: ContinuousClock.Instant) -> Bool {
        guard standing(at: now) == .mayProbe else { return false }
        state = .halfOpen
        return true
    }

    /// A call has come to its end.
    ///
    /// - Parameter sign: nil where it showed nothing of the destination.
    mutating func ended(_ sign: Sign?, isProbe: Bool, at now: ContinuousClock.Instant) -> Transition? {
        switch (state, sign) {
        case (.halfOpen, .answered?) where isProbe: return close(at: now)
        case (.halfOpen, .failed?) where isProbe: return open(at: now)
        case (.halfOpen, nil) where isProbe:
            state = .open(until: now)
            return nil
        case (.closed, .answered?):
            failures = 0
            return nil
        case (.closed, .failed?):
            failures += 1
            lastChange = now
            return failures >= Self.threshold ? open(at: now) : nil
        default:
            // It was begun before the breaker opened. Only the probe decides.
            return nil
        }
    }

    /// Another process has opened its breaker. What is known here to be bad stays as it is.
    mutating func openedElsewhere(for remaining: Duration, at now: ContinuousClock.Instant) -> Transition? {
        guard remaining > .zero, isClosed || isRemote && standing(at: now) == .mayProbe else { return nil }
        let time = min(remaining, Self.longest)
        state = .open(until: now + time)
        (isRemote, lastChange) = (true, now)
        return .opened(for: time)
    }

    /// Another process had an answer. That says nothing against failures seen here.
    mutating func closedElsewhere(at now: ContinuousClock.Instant) -> Transition? {
        guard isRemote, case .open = state else { return nil }
        return close(at: now)
    }

    private mutating func open(at now: ContinuousClock.Instant) -> Transition {
        let time = min(Self.longest, Self.shortest * (1 << min(openings, 6)))
        openings += 1
        state = .open(until: now + time)
        (isRemote, lastChange) = (false, now)
        return .opened(for: time)
    }

    private mutating func close(at now: ContinuousClock.Instant) -> Transition {
        self = Breaker(at: now)
        return .closed
    }
}
