/// How long to wait before the next try: twice as long each time up to a limit, and each wait a random part shorter, so that many who lost
/// the same server do not all come back at once.
public struct BackOff: Sendable {
    private let initial: Duration
    private let limit: Duration
    private let jitter: @Sendable () -> Double
    private var next: Duration

    /// - Parameter jitter: a number from 0 to 1; up to half of each wait is taken off in proportion to it.
    public init(
        initial: Duration = .milliseconds(100), limit: Duration = .seconds(10),
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.initial = initial
        self.limit = limit
        self.jitter = jitter
        next = initial
    }

    /// The wait before the next try.
    public mutating func delay() -> Duration {
        let full = next
        next = min(next * 2, limit)
        return full - full * (jitter() / 2)
    }

    /// After a success: begin small again.
    public mutating func reset() { next = initial }
}
