/// The depth of a lane and the rate at which it drains, from samples of its depth. Pure.
struct DrainEstimate: Sendable, Equatable {
    /// Messages that were ready at the last sample.
    private(set) var depth = 0
    /// Messages per second, smoothed.
    private(set) var rate = 0.0

    /// How many seconds of work a lane may hold.
    static let horizon = 0.5

    mutating func begin(depth: Int) { self.depth = depth }

    /// - Parameter published: how many messages this process has published to the lane since the last sample. What others publish is not known,
    ///   so with several routers the rate is underestimated, and the lane is kept a little shallower than it could be.
    mutating func sample(depth now: Int, published: Int, over elapsed: Duration) {
        let seconds = max(elapsed / .seconds(1), 0.001)
        let measured = max(0, Double(depth + published - now) / seconds)
        // A lane that ran empty could drain more than it received, so its sample does not lower a higher estimate.
        if now > 0 || measured > rate { rate = rate == 0 ? measured : rate * 0.7 + measured * 0.3 }
        depth = now
    }

    /// How many messages the lane may hold.
    func room(floor: Int, ceiling: Int) -> Int { min(max(Int(rate * Self.horizon), floor), ceiling) }
}
