/// Lets one log line through in a while, and counts those that it holds back, so that a fault that a million messages meet is a few lines.
/// Pure.
public struct LogGate: Sendable {
    private let interval: Duration
    private var next: ContinuousClock.Instant?
    private var heldBack = 0

    public init(every interval: Duration = .seconds(60)) { self.interval = interval }

    /// - Parameter count: how many events this one stands for.
    /// - Returns: how many there have been since the last line, these among them, where a line is due; nil otherwise.
    public mutating func admit(_ count: Int = 1, at now: ContinuousClock.Instant = .now) -> Int? {
        heldBack += count
        if let next, now < next { return nil }
        next = now + interval
        defer { heldBack = 0 }
        return heldBack
    }
}
