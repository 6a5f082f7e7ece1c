/// How long what is deferred because of a rate limit has to wait: each one's turn comes after those that were deferred before, at the rate at
/// which its lane got tokens recently. Pure.
struct LimitBacklog {
    typealias Instant = ContinuousClock.Instant

    /// An estimate for longer is a guess, and more tokens may come.
    static let longest = Duration.seconds(600)
    private static let span = Duration.seconds(1)

    private let perSecond: Double
    private var pace: Pace
    private var nextTurn: Instant

    init(rate: Int, at now: Instant) {
        perSecond = Double(rate)
        pace = Pace(at: now)
        nextTurn = now
    }

    /// One got a token.
    mutating func passed(at now: Instant) { pace.answered(at: now, span: Self.span) }

    /// One more is deferred.
    ///
    /// - Parameter waiting: how many wait here before all that are deferred.
    mutating func deferred(behind waiting: Int, at now: Instant) -> Duration {
        // Other lanes and processes use the account, too. A lane that gets next to nothing gets more when they have less.
        let recent = pace.recent(at: now, span: Self.span).map(Double.init) ?? perSecond
        let interval = Duration.seconds(1) / max(recent, perSecond / 20, 0.1)
        nextTurn = min(max(nextTurn, now + interval * Double(waiting)) + interval, now + Self.longest)
        return now.duration(to: nextTurn)
    }
}
