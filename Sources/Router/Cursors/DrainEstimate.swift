/// How deep a lane is and how fast it drains, from samples of its depth. Pure.
struct DrainEstimate: Sendable, Equatable {
    /// Messages that were ready at the last sample.
    private(set) var depth = 0
    /// Messages per second, smoothed.
    private(set) var rate = 0.0

    /// How many seconds of work a lane may hold.
    static let horizon = 0.5

    mutating func begin(depth: Int) { self.depth = depth }

    /// - Parameter published: what this process has put on the lane since the sample before. Others' share is not known, so with
    ///   several routers the rate comes out too low, and the lane a little shallower than it might be.
    mutating func sample(depth now: Int, published: Int, over elapsed: Duration) {
        let seconds = max(elapsed / .seconds(1), 0.001)
        let measured = max(0, Double(depth + published - now) / seconds)
        // A lane that ran empty was faster than what it was given, so it says nothing against a higher estimate.
        if now > 0 || measured > rate { rate = rate == 0 ? measured : rate * 0.7 + measured * 0.3 }
        depth = now
    }

    /// How many messages the lane may hold.
    func room(floor: Int, ceiling: Int) -> Int { min(max(Int(rate * Self.horizon), floor), ceiling) }
}
