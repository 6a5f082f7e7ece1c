/// How many notifications a second an account takes of one lane. Other lanes and processes use it, too. Pure.
///
/// What it took is what it can take only while some waited for it all the time. At other times the estimate never falls. An account without
/// a set rate takes some and then asks to be left alone: what it took in its best second counts, and falls slowly.
struct RateEstimate {
    typealias Instant = ContinuousClock.Instant

    private static let span = Duration.seconds(1)
    /// How much a span in which some waited all the time counts against the estimate before it.
    private static let weight = 0.4
    /// What is left of the estimate after a second in which an account without a set rate took less.
    private static let decay = 0.95

    private let hasRate: Bool
    /// The lowest estimate.
    private let least: Double
    private var estimate: Double
    private var start: Instant
    private var count = 0
    private var isDry = true
    /// Whether some waited during the whole span.
    private var isFull = false

    /// - Parameter rate: notifications a second, if the operator has set it.
    init(_ rate: Double?, at now: Instant) {
        hasRate = rate != nil
        estimate = rate ?? 0
        least = estimate / 20
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

    /// What an account without a set rate took in its best second lately; 0 if nothing is known, or the rate is set.
    var best: Double { hasRate ? 0 : estimate }

    /// 0 if nothing is known.
    mutating func perSecond(at now: Instant) -> Double {
        turn(now)
        return hasRate ? estimate : max(estimate, taken(at: now))
    }

    private func taken(at now: Instant) -> Double { Double(count) / max(start.duration(to: now) / .seconds(1), 0.1) }

    private mutating func turn(_ now: Instant) {
        guard now >= start + Self.span else { return }
        defer { (start, count, isFull) = (now, 0, !isDry) }
        // A span in which nothing was taken says nothing: a process that grants is away, or the account asked to be left alone.
        guard count > 0 else { return }
        let taken = taken(at: now)
        if !hasRate {
            estimate = max(taken, estimate * Self.decay)
        } else {
            estimate = max(least, isFull ? estimate + (taken - estimate) * Self.weight : max(taken, estimate))
        }
    }
}
