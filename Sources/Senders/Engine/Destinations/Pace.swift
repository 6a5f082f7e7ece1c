/// How many answers come within a span of time while items wait. Pure.
struct Pace {
    private var start: ContinuousClock.Instant
    private var count = 0
    private var previous: Int?

    init(at now: ContinuousClock.Instant) { start = now }

    mutating func answered(_ number: Int = 1, at now: ContinuousClock.Instant, span: Duration) {
        turn(now, span)
        count += number
    }

    /// Nil until the first span is over.
    mutating func recent(at now: ContinuousClock.Instant, span: Duration) -> Int? {
        turn(now, span)
        return previous.map { max($0, count) }
    }

    /// When `recent` changes next.
    func end(span: Duration) -> ContinuousClock.Instant { start + span }

    private mutating func turn(_ now: ContinuousClock.Instant, _ span: Duration) {
        guard now >= start + span else { return }
        previous = now < start + span * 2 ? count : 0
        (start, count) = (now, 0)
    }
}
