/// How many of the events of the last span of time were of one kind, to a fifteenth of the span. Pure.
struct SlidingShare: Sendable {
    private static let parts = 15

    private let part: Duration
    private var start: ContinuousClock.Instant?
    /// The number of the part that is counted now, from the start.
    private var current = 0
    private var counts = Array(repeating: (all: 0, counted: 0), count: parts)

    init(span: Duration) { part = span / Self.parts }

    mutating func add(_ isCounted: Bool, at now: ContinuousClock.Instant) {
        turn(now)
        counts[current % Self.parts].all += 1
        if isCounted { counts[current % Self.parts].counted += 1 }
    }

    mutating func total(at now: ContinuousClock.Instant) -> (all: Int, counted: Int) {
        turn(now)
        return counts.reduce((0, 0)) { ($0.0 + $1.all, $0.1 + $1.counted) }
    }

    private mutating func turn(_ now: ContinuousClock.Instant) {
        guard let start else {
            start = now
            return
        }
        let number = Int(start.duration(to: now) / part)
        guard number > current else { return }
        for left in max(current + 1, number - Self.parts + 1)...number { counts[left % Self.parts] = (0, 0) }
        current = number
    }
}
