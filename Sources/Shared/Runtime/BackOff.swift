/// Exponential backoff with jitter: the retry delay doubles each time up to a limit, and each delay is shortened by a random part, so that
/// many clients of the same server do not all reconnect at once.
public struct BackOff: Sendable {
    private let initial: Duration
    private let limit: Duration
    private let jitter: @Sendable () -> Double
    private var next: Duration

    /// - Parameter jitter: returns a number from 0 to 1. At 1, half of the delay is subtracted.
    public init(
        initial: Duration = .milliseconds(100), limit: Duration = .seconds(10),
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.initial = initial
        self.limit = limit
        self.jitter = jitter
        next = initial
    }

    /// The retry delay before the next try.
    public mutating func delay() -> Duration {
        let full = next
        next = min(next * 2, limit)
        return full - full * (jitter() / 2)
    }

    /// Resets the delay to the initial one, after a success.
    public mutating func reset() { next = initial }
}
