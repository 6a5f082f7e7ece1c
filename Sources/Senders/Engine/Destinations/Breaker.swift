/// The circuit breaker of a destination: closed while it answers; open, so that it is not called, after several failures in a row; then,
/// after a time that grows with each failure, half open for one probe. Pure.
struct Breaker: Sendable {
    /// What a caller may do.
    enum Standing: Equatable, Sendable {
        case closed
        /// No calls are made, or the probe is open.
        case open
        /// One probe may be made, after `beginProbe`.
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

    /// How many failures in a row open it.
    static let threshold = 5
    static let shortest = Duration.seconds(5)
    static let longest = Duration.seconds(300)

    private var state = State.closed
    private var failures = 0
    /// How often it has opened since the last answer.
    private var openings = 0
    /// Opened by a notice of another process, not by failures seen here.
    private var isRemote = false
    private(set) var lastChange: ContinuousClock.Instant

    init(at now: ContinuousClock.Instant) { lastChange = now }

    var isClosed: Bool { if case .closed = state { true } else { false } }
    /// Whether it has no state to keep.
    var isSound: Bool { isClosed && failures == 0 }

    func standing(at now: ContinuousClock.Instant) -> Standing {
        switch state {
        case .closed: .closed
        case .open(let until): now < until ? .open : .mayProbe
        case .halfOpen: .open
        }
    }

    /// - Returns: whether the caller makes the probe, and reports its end with `isProbe`.
    mutating func beginProbe(at now: ContinuousClock.Instant) -> Bool {
        guard standing(at: now) == .mayProbe else { return false }
        state = .halfOpen
        return true
    }

    /// Records the end of a call.
    ///
    /// - Parameter sign: nil if it says nothing about the destination.
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
            // The call began before the breaker opened. Only the probe decides.
            return nil
        }
    }

    /// Another process has opened its breaker. A breaker that failures seen here have opened does not change.
    mutating func openedElsewhere(for remaining: Duration, at now: ContinuousClock.Instant) -> Transition? {
        guard remaining > .zero, isClosed || isRemote && standing(at: now) == .mayProbe else { return nil }
        let time = min(remaining, Self.longest)
        state = .open(until: now + time)
        (isRemote, lastChange) = (true, now)
        return .opened(for: time)
    }

    /// Another process had an answer. A breaker that failures seen here have opened stays open.
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
