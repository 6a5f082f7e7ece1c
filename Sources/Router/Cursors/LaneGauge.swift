import Broker
import Contract
import Model
import Runtime
import Topology

/// Keeps lanes shallow: whoever wants to put a chunk on lanes waits here until each of them holds less than about two seconds of work at the
/// rate at which it drains.
actor LaneGauge {
    private struct Watch {
        var estimate = DrainEstimate()
        var publishedSince = 0
        var sampledAt: ContinuousClock.Instant?
    }

    private let depth: @Sendable (QueueName) async throws -> Int
    private let settings: RouterSettings
    private let log: Log
    private var watches: [QueueName: Watch] = [:]
    private var isStopped = false

    /// How old a measured depth may be.
    private static let freshness: Duration = .milliseconds(50)

    /// - Parameter depth: how many messages of a queue are ready, asked of the broker.
    init(settings: RouterSettings, log: Log, depth: @escaping @Sendable (QueueName) async throws -> Int) {
        self.settings = settings
        self.log = log
        self.depth = depth
    }

    /// Returns when every lane that would be fed has room.
    ///
    /// - Throws: `CancellationError` after `stop`.
    func waitForRoom(in lane: Lane, media: Set<Medium>) async throws {
        for medium in media {
            let queue = QueueName.send(medium, lane)
            while try await !hasRoom(queue) {
                if isStopped { throw CancellationError() }
                try await Task.sleep(for: Self.freshness)
            }
        }
        if isStopped { throw CancellationError() }
    }

    /// Counts the messages that one fan-out has put on the lanes.
    func published(_ fanOut: FanOut) {
        let notifications = Dictionary(grouping: fanOut.notifications) { QueueName.send($0.medium, $0.lane) }
        for (queue, notifications) in notifications {
            let capacity = notifications[0].lane.messageCapacity
            watches[queue, default: Watch()].publishedSince += (notifications.count + capacity - 1) / capacity
        }
    }

    /// Lets nobody wait any longer.
    func stop() { isStopped = true }

    private func hasRoom(_ queue: QueueName) async throws -> Bool {
        let now = ContinuousClock.now
        if let sampledAt = watches[queue]?.sampledAt, now - sampledAt < Self.freshness {
            return isShallow(watches[queue]!)
        }
        do {
            let depth = try await depth(queue)
            var watch = watches[queue] ?? Watch()
            if let sampledAt = watch.sampledAt {
                watch.estimate.sample(depth: depth, published: watch.publishedSince, over: now - sampledAt)
            } else {
                watch.estimate.begin(depth: depth)
            }
            watch.publishedSince = 0
            watch.sampledAt = now
            watches[queue] = watch
            return isShallow(watch)
        } catch {
            try Task.checkCancellation()
            log.debug("a lane's depth cannot be read", ["queue": queue.name, "error": "\(error)"])
            return false
        }
    }

    private func isShallow(_ watch: Watch) -> Bool {
        watch.estimate.depth + watch.publishedSince
            < watch.estimate.room(floor: settings.laneFloor, ceiling: settings.laneCeiling)
    }
}
