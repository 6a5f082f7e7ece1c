import Runtime

/// Remembers that the server is unreachable, so that calls fail at once and only one tries to connect after each retry delay.
struct Outage: Sendable {
    private var backOff: BackOff
    private var nextTry: ContinuousClock.Instant?
    private var reason = ""

    init(backOff: BackOff = BackOff(initial: .milliseconds(50), limit: .seconds(2))) { self.backOff = backOff }

    /// Why nobody should connect now; nil to allow it.
    func reason(at now: ContinuousClock.Instant) -> String? {
        guard let nextTry, now < nextTry else { return nil }
        return reason
    }

    /// Records a failed try to connect. Concurrent failures count as one.
    ///
    /// - Returns: the delay before the next try; nil if this failure was concurrent with a recorded one.
    mutating func began(_ reason: String, at now: ContinuousClock.Instant) -> Duration? {
        if let nextTry, now < nextTry { return nil }
        let delay = backOff.delay()
        nextTry = now + delay
        self.reason = reason
        return delay
    }

    mutating func ended() {
        nextTry = nil
        backOff.reset()
    }
}
