/// Limits the rate of a log line and counts the suppressed ones, so that an error of a million messages becomes a few lines. Does no I/O.
public struct LogGate: Sendable {
    private let interval: Duration
    private var next: ContinuousClock.Instant?
    private var suppressed = 0

    public init(every interval: Duration = .seconds(60)) { self.interval = interval }

    /// - Parameter count: the number of new events.
    /// - Returns: the number of events since the last line, with these, if a line is due; nil otherwise.
    public mutating func admit(_ count: Int = 1, at now: ContinuousClock.Instant = .now) -> Int? {
        suppressed += count
        if let next, now < next { return nil }
        next = now + interval
        defer { suppressed = 0 }
        return suppressed
    }
}
