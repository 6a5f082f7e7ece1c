/// How many notifications a second an account takes of one lane. Other lanes and processes use it, too. Pure.
///
/// What it took is what it can take only while some waited for it all the time. At other times the estimate never falls.
struct RateEstimate {
    typealias Instant = ContinuousClock.Instant

    /// How much a span in which some waited all the time counts against the estimate before it.
    private static let weight = 0.4

    private let span: Duration
    /// The lowest estimate.
    private let least: Double
    private var estimate: Double?
    private var start: Instant
    private var count = 0
    private var isDry = true
    /// Whether some waited during the whole span.
    private var isFull = false

    /// - Parameter rate: notifications a second, if it is known.
    init(_ rate: Double?, at now: Instant) {
        estimate = rate
        least = (rate ?? 0) / 20
        // Without a set rate, the account asks to be left alone, and takes some in between.
        span = rate == nil ? .seconds(5) : .seconds(1)
        start = now
    }

    mutating func passed(at now: Instant) {
        turn(now)
        count += 1
    }

    mutating func looked(isDry: Bool, at now: Instant) {
        turn(now)
        self.isDry = isDry
        if isDry { isFull = false }
    }

    /// 0 if nothing is known.
    mutating func perSecond(at now: Instant) -> Double {
        turn(now)
        return estimate ?? rate(at: now)
    }

    private func rate(at now: Instant) -> Double { Double(count) / max(start.duration(to: now) / .seconds(1), 0.1) }

    private mutating func turn(_ now: Instant) {
        guard now >= start + span else { return }
        let taken = rate(at: now)
        let before = estimate ?? taken
        // If a process that grants is away, none is taken, which says nothing about later.
        let isMeasured = isFull && (count > 0 || least == 0)
        estimate = max(least, isMeasured ? before + (taken - before) * Self.weight : max(taken, before))
        (start, count, isFull) = (now, 0, !isDry)
    }
}
