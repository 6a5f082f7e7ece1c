import Lanes
import Model

/// How much a lane takes at a time in one process, from the setting of the process and those of the lane.
struct LaneSizes: Sendable {
    /// How many notifications of each queue are begun and not settled at most.
    typealias Windows = [Traffic: Int]

    let lane: Lane
    /// The setting of the process.
    let prefetch: Int

    /// The prefetch of each worker.
    func prefetch(_ settings: LaneSettings) -> Int { settings.prefetch ?? prefetch }

    /// The windows of one worker. Of what is sent in a sparse flow it is a quarter of the prefetch, and on the priority lane twice as many:
    /// there a service may send 64 at once, and another one must find room beside them.
    func windows(_ prefetch: Int) -> Windows {
        [.sparse: lane == .priority ? prefetch * 2 : max(1, prefetch / 4), .burst: prefetch]
    }

    /// The windows of all workers together. This is also how many may be sent twice when a sender dies.
    func windows(_ settings: LaneSettings) -> Windows { windows(prefetch(settings)).mapValues { $0 * settings.consumers } }
}
