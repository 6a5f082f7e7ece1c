/// The tokens of one account, as the process that grants them counts them: they come evenly, and some accumulate while nobody wants any.
///
/// A token that is granted now is used up to `latest` later, so more calls could arrive in ten seconds than tokens are granted in ten seconds.
/// Therefore no more than ten seconds' tokens are granted in a window that is longer by that time. Pure.
struct TokenBucket {
    typealias Instant = ContinuousClock.Instant

    /// The time over which an account is never used more than its rate allows.
    static let span = Duration.seconds(10)
    /// How long after its grant a token may be used.
    static let latest = Duration.milliseconds(150)
    /// How long tokens accumulate: also how late the process may be, because it is busy, before some are lost.
    static let accumulation = 0.2

    private var perSecond: Double
    private var level = 0.0
    private var updatedAt: Instant
    private var granted: GrantWindow

    /// Begins empty: whoever granted before may have granted everything that had accumulated.
    init(rate: Int, at now: Instant) {
        perSecond = Double(rate)
        updatedAt = now
        granted = GrantWindow(length: Self.span + Self.latest)
    }

    mutating func setRate(_ rate: Int, at now: Instant) {
        refill(at: now)
        perSecond = Double(rate)
        level = min(level, capacity)
    }

    /// How many there are now.
    ///
    /// - Parameter isUrgent: others leave a few, so that a login code need not wait for the next one.
    mutating func available(isUrgent: Bool, at now: Instant) -> Int {
        refill(at: now)
        let isReserved = isUrgent ? 0.0 : 1.0
        // Accounts with a few tokens a second have none to leave.
        let accumulated = level - isReserved * (capacity / 4).rounded(.down)
        let allowed = limit - Double(granted.count(at: now)) - isReserved * (limit / 200).rounded(.down)
        // A little more, because adding up fractions loses some.
        return max(0, Int(min(accumulated, allowed) + 1e-9))
    }

    mutating func take(_ count: Int, at now: Instant) {
        level -= Double(count)
        granted.add(count, at: now)
    }

    private var limit: Double { perSecond * (Self.span / .seconds(1)) }

    private var capacity: Double { max(1, perSecond * Self.accumulation) }

    private mutating func refill(at now: Instant) {
        let steady = perSecond * (Self.span / (Self.span + Self.latest))
        level = min(capacity, level + steady * max(0, updatedAt.duration(to: now) / .seconds(1)))
        updatedAt = max(updatedAt, now)
    }
}
