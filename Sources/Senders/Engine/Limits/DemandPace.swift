/// When a process sends its next demand: at intervals while something waits, at once for the priority lane. Pure.
struct DemandPace {
    typealias Instant = ContinuousClock.Instant

    static let interval = Duration.milliseconds(20)
    /// Between demands of the priority lane, so that many codes at once make few demands.
    static let urgentInterval = Duration.milliseconds(2)

    enum Need: Comparable { case none, usual, urgent }

    private var need = Need.none
    private var lastSent: Instant?

    mutating func raise(_ need: Need) { self.need = max(self.need, need) }

    /// When to send next; nil if nothing waits.
    func next(at now: Instant) -> Instant? {
        guard need > .none else { return nil }
        guard let lastSent else { return now }
        return lastSent + (need == .urgent ? Self.urgentInterval : Self.interval)
    }

    /// - Parameter hasSent: false if there was nothing to demand.
    mutating func looked(hasSent: Bool, at now: Instant) {
        need = hasSent ? .usual : .none
        if hasSent { lastSent = now }
    }
}
