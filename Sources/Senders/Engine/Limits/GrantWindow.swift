/// How many tokens were granted within the last seconds. Pure.
struct GrantWindow {
    typealias Instant = ContinuousClock.Instant

    /// What was granted within a moment counts from its end, so that nothing is forgotten too early.
    private struct Moment {
        let begin: Instant
        var end: Instant
        var count: Int
    }

    private static let resolution = Duration.milliseconds(20)

    private let length: Duration
    private var moments = WaitingLine<Moment>()
    private var last: Moment?
    private var total = 0

    init(length: Duration) { self.length = length }

    mutating func add(_ count: Int, at now: Instant) {
        total += count
        if let last, now < last.begin + Self.resolution {
            self.last = Moment(begin: last.begin, end: now, count: last.count + count)
        } else {
            if let last { moments.append(last) }
            last = Moment(begin: now, end: now, count: count)
        }
    }

    mutating func count(at now: Instant) -> Int {
        while let first = moments.first, first.end + length <= now {
            total -= first.count
            _ = moments.removeFirst()
        }
        if let last, moments.isEmpty, last.end + length <= now {
            total -= last.count
            self.last = nil
        }
        return total
    }
}
