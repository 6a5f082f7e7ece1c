/// Spreads messages evenly over time. Pure.
struct ReplayPace {
    /// Messages a second.
    private let rate: Int
    private let start: ContinuousClock.Instant
    private var count = 0

    init(rate: Int, from start: ContinuousClock.Instant) {
        self.rate = rate
        self.start = start
    }

    /// How many messages go together: a tenth of a second's, so that the broker confirms few groups.
    var groupSize: Int { min(500, max(1, rate / 10)) }

    /// Takes the turn of this many.
    ///
    /// - Returns: when it comes.
    mutating func take(_ messages: Int) -> ContinuousClock.Instant {
        defer { count += messages }
        return start + .seconds(Double(count) / Double(rate))
    }
}
