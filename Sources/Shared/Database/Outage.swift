import Runtime

/// Remembers that the server could not be reached, so that callers are told at once and only one in a while tries again.
struct Outage: Sendable {
    private var backOff: BackOff
    private var over: ContinuousClock.Instant?
    private var reason = ""

    init(backOff: BackOff = BackOff(initial: .milliseconds(50), limit: .seconds(2))) { self.backOff = backOff }

    /// Why nobody should try to connect now; nil if somebody may.
    func reason(at now: ContinuousClock.Instant) -> String? {
        guard let over, now < over else { return nil }
        return reason
    }

    /// Somebody tried in vain. Those who tried at the same time count as one.
    ///
    /// - Returns: how long nobody should try; nil if that was known.
    mutating func began(_ reason: String, at now: ContinuousClock.Instant) -> Duration? {
        if let over, now < over { return nil }
        let delay = backOff.delay()
        over = now + delay
        self.reason = reason
        return delay
    }

    mutating func ended() {
        over = nil
        backOff.reset()
    }
}
