/// How long what is deferred because of a rate stays away: each one's turn comes after those that were deferred before, at the rate at which the
/// account took those of its lane recently. Pure.
///
/// They return some time before their turn, and then often: so there are always some for the account to take.
struct LimitBacklog {
    typealias Instant = ContinuousClock.Instant

    /// An estimate for longer is a guess, and there may be more room soon.
    static let longest = Duration.seconds(600)
    /// The wait of those whose turn it is, but for which there is no room.
    static let soon = Duration.seconds(5)
    /// How long before its turn a notification returns.
    static let lead = Duration.seconds(10)
    /// One whose turn was so long ago gets another one: the account is slower than it was.
    static let turn = Duration.seconds(30)

    /// Notifications a second; nil if nobody has said it.
    private let perSecond: Double?
    private let span: Duration
    private var pace: Pace
    private var nextTurn: Instant

    /// - Parameter rate: notifications a second, if the operator has set it.
    init(rate: Int?, at now: Instant) {
        perSecond = rate.map(Double.init)
        // An account whose rate is not known takes some, and then asks to be left alone.
        span = rate == nil ? .seconds(5) : .seconds(1)
        pace = Pace(at: now)
        nextTurn = now
    }

    /// The account took one.
    mutating func passed(at now: Instant) { pace.answered(at: now, span: span) }

    /// Whether the account takes any, as far as is known.
    mutating func isMoving(at now: Instant) -> Bool { perSecond != nil || pace.recent(at: now, span: span) ?? 0 > 0 }

    /// One more is deferred.
    ///
    /// - Parameters:
    ///   - waiting: how many wait here before all that are deferred.
    ///   - hasTurn: whether its turn has come since it was deferred before.
    mutating func deferred(behind waiting: Int, hasTurn: Bool, at now: Instant) -> Duration {
        if hasTurn { return Self.soon }
        // Other lanes and processes use the account, too. A lane that gets next to nothing gets more when they have less.
        let recent = pace.recent(at: now, span: span).map { Double($0) / (span / .seconds(1)) } ?? perSecond ?? 0
        let interval = Duration.seconds(1) / max(recent, (perSecond ?? 0) / 20, 0.1)
        nextTurn = min(max(nextTurn, now + interval * Double(waiting)) + interval, now + Self.longest)
        return max(Self.soon, now.duration(to: nextTurn) - Self.lead)
    }
}
