import Lanes
import Model

/// How much a lane takes at a time in one process, from the setting of the process and those of the lane.
struct LaneSizes: Sendable {
    /// How many notifications of each queue are begun and not settled at most.
    typealias Windows = [Traffic: Int]

    let lane: Lane
    /// The setting of the process.
    let prefetch: Int
    /// How many notifications a provider of the medium takes in one call at most.
    var batch = 1
    /// How many notifications of each queue wait for the rates of the medium's accounts at most, beside those of the windows: so what waits for
    /// one account leaves the room of the others free.
    var reserve = 0

    /// What one worker may hold.
    struct Share: Equatable, Sendable {
        let prefetch: Int
        /// Its part of the lane's reserve.
        let reserve: Int
    }

    /// How many full calls a window has room for.
    private static let calls = 4
    /// The largest prefetch.
    static let largest = 10_000

    /// The prefetch of each worker.
    func prefetch(_ settings: LaneSettings) -> Int { settings.prefetch ?? prefetch }

    /// The share of each worker. All together have the reserve once, because a lane's gates hold no more.
    func share(_ settings: LaneSettings) -> Share {
        Share(prefetch: prefetch(settings), reserve: (reserve + settings.consumers - 1) / settings.consumers)
    }

    /// The windows of one worker. Of what is sent in a sparse flow it is a quarter of the prefetch, and on the priority lane twice as many:
    /// there a service may send 64 at once, and another one must find room beside them.
    ///
    /// Where several go into one call, a window has room for a few calls. The priority lane's calls take what is there, so its windows are not
    /// larger.
    func windows(_ prefetch: Int) -> Windows {
        let window =
            lane == .priority || batch == 1 ? prefetch : min(max(prefetch, batch * Self.calls), max(prefetch, Self.largest))
        return [.sparse: lane == .priority ? window * 2 : max(1, window / 4), .burst: window, .isolated: 1]
    }

    /// The windows of all workers together. This is also how many may be sent twice when a sender dies.
    func windows(_ settings: LaneSettings) -> Windows {
        var windows = windows(prefetch(settings)).mapValues { $0 * settings.consumers }
        // What is isolated is sent one by one in the whole process.
        windows[.isolated] = 1
        return windows
    }
}
