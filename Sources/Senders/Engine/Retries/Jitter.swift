import Topology

/// Which share of notifications waits for a neighbour of its retry delay, so that those that failed together do not return together. The
/// retry delay queues have fixed times, so a wait cannot be varied in any other way. Pure.
public struct Jitter: Sendable, Equatable {
    /// The share that takes the next shorter delay, 0 to 1. The shortest delay has none.
    public let shorter: Double
    /// The share that takes the next longer delay, 0 to 1. The longest delay has none.
    public let longer: Double

    /// - Parameters:
    ///   - shorter: at least 0.
    ///   - longer: at least 0; both together at most 1.
    public init(shorter: Double, longer: Double) {
        precondition(shorter >= 0 && longer >= 0 && shorter + longer <= 1, "the shares are parts of one whole")
        self.shorter = shorter
        self.longer = longer
    }

    public static let none = Jitter(shorter: 0, longer: 0)

    /// The same, but none waits longer.
    var onlyShorter: Jitter { Jitter(shorter: shorter, longer: 0) }

    /// - Parameter draw: random, 0 to 1.
    func applied(to delay: RetryDelay, draw: Double) -> RetryDelay {
        let (before, after) = delay.neighbours
        if draw < shorter { return before ?? delay }
        if draw >= 1 - longer { return after ?? delay }
        return delay
    }
}
