/// How long what is deferred because of a rate stays away: each one's turn comes after those that were deferred before, at the rate at which the
/// account takes those of its lane. Pure.
///
/// They return some time before their turn, and then often: so there are always some for the account to take.
struct LimitBacklog {
    typealias Instant = ContinuousClock.Instant

    /// The longest wait.
    static let longest = Duration.seconds(600)
    /// The longest wait that an estimate alone asks for: what the account takes of this lane may change soon.
    static let longestGuess = Duration.seconds(120)
    /// The wait of those whose turn it is, but for which there is no room.
    static let soon = Duration.seconds(5)
    /// How long before its turn a notification returns.
    static let lead = Duration.seconds(10)
    /// One whose turn was so long ago gets another one: the account is slower than it was.
    static let turn = Duration.seconds(30)
    /// For which time an account without a set rate has a reserve.
    private static let span = Duration.seconds(2)
    /// An account that took nothing for so long may never do so.
    private static let silence = Duration.seconds(10)

    /// Notifications a second; nil if the operator has not set it.
    private let rate: Double?
    private var estimate: RateEstimate
    private var nextTurn: Instant
    /// The same if the account took those of this lane only.
    private var soonestTurn: Instant
    private var lastPassed: Instant?

    /// - Parameter rate: notifications a second, if the operator has set it.
    init(rate: Int?, at now: Instant) {
        self.rate = rate.map(Double.init)
        estimate = RateEstimate(rate.map(Double.init), at: now)
        nextTurn = now
        soonestTurn = now
    }

    /// The account took one.
    mutating func passed(at now: Instant) {
        estimate.passed(at: now)
        lastPassed = now
    }

    /// - Parameter isDry: whether nothing waits for the account here.
    mutating func looked(isDry: Bool, at now: Instant) { estimate.looked(isDry: isDry, at: now) }

    /// Whether the account has taken any recently.
    func isMoving(at now: Instant) -> Bool { lastPassed.map { now < $0 + Self.silence } ?? false }

    /// How many should wait here, beside what the lane's windows have room for, so that an account without a set rate is not idle: what it takes
    /// while it asks to be left alone and after that. A power of two, so that it rarely changes; 0 if nothing is known, or the rate is set.
    var reserve: Int {
        guard estimate.best > 0 else { return 0 }
        let needed = min(Int((estimate.best * (Self.span / .seconds(1))).rounded(.up)), AccountRate.mostWaiting)
        return min(1 << (Int.bitWidth - (needed - 1).leadingZeroBitCount), AccountRate.mostWaiting)
    }

    /// One more is deferred.
    ///
    /// - Parameters:
    ///   - waiting: how many wait here before all that are deferred.
    ///   - hasTurn: whether its turn has come since it was deferred before.
    mutating func deferred(behind waiting: Int, hasTurn: Bool, at now: Instant) -> Duration {
        if hasTurn { return Self.soon }
        let interval = Duration.seconds(1) / max(estimate.perSecond(at: now), 0.1)
        nextTurn = min(max(nextTurn, now + interval * Double(waiting)) + interval, now + Self.longest)
        return max(Self.soon, now.duration(to: bounded(nextTurn, behind: waiting, at: now)) - Self.lead)
    }

    /// The other lanes and processes may be done soon. Then the account must not be idle for longer than it would need for those ahead alone, or
    /// two minutes.
    private mutating func bounded(_ turn: Instant, behind waiting: Int, at now: Instant) -> Instant {
        guard let rate else { return min(turn, now + Self.longestGuess) }
        let interval = Duration.seconds(1) / rate
        soonestTurn = min(max(soonestTurn, now + interval * Double(waiting)) + interval, now + Self.longest)
        return min(turn, max(soonestTurn, now + Self.longestGuess))
    }
}
