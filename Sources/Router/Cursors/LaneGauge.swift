import Contract
import Model
import Runtime
import Topology

/// Keeps one lane of one medium shallow: whoever wants to put a chunk on it waits here until it holds less than about two seconds of work at
/// the rate at which it drains. It also tells whether anybody serves the lane at all.
actor LaneGauge {
    /// What the broker says of a queue: messages that are ready, and consumers.
    typealias Depth = @Sendable (_ queue: String) async throws -> (messages: Int, consumers: Int)

    private let queue: QueueName
    private let depth: Depth
    private let settings: RouterSettings
    private let log: Log
    private let unserved: Gauge
    private var estimate = DrainEstimate()
    private var publishedSince = 0
    private var sampledAt: ContinuousClock.Instant?
    private var isStopped = false

    /// How old a measured depth may be.
    private static let freshness: Duration = .milliseconds(50)

    /// - Parameter depth: asks the broker.
    init(queue: QueueName, settings: RouterSettings, depth: @escaping Depth, log: Log, metrics: Metrics) {
        self.queue = queue
        self.settings = settings
        self.depth = depth
        self.log = log
        unserved = metrics.gauge(
            "posthorn_router_lane_unserved", "1 while cursors wait for a lane that no sender consumes",
            labels: [("queue", queue.name)])
    }

    /// Returns when the lane has room.
    ///
    /// - Throws: `CancellationError` after `stop`.
    func waitForRoom() async throws {
        while try await !hasRoom() {
            if isStopped { throw CancellationError() }
            try await Task.sleep(for: Self.freshness)
        }
        if isStopped { throw CancellationError() }
    }

    /// Counts the messages that a chunk has put on the lane.
    func published(_ notifications: [Notification]) {
        guard let capacity = notifications.first?.lane.messageCapacity else { return }
        publishedSince += (notifications.count + capacity - 1) / capacity
    }

    /// Lets nobody wait any longer.
    func stop() { isStopped = true }

    private func hasRoom() async throws -> Bool {
        let now = ContinuousClock.now
        if let sampledAt, now - sampledAt < Self.freshness { return isShallow }
        do {
            let (messages, consumers) = try await depth(queue.name)
            if let sampledAt {
                estimate.sample(depth: messages, published: publishedSince, over: now - sampledAt)
            } else {
                estimate.begin(depth: messages)
            }
            publishedSince = 0
            sampledAt = now
            note(isUnserved: consumers == 0 && !isShallow)
            return isShallow
        } catch {
            try Task.checkCancellation()
            log.debug("a lane's depth cannot be read", ["queue": queue.name, "error": "\(error)"])
            return false
        }
    }

    private var isShallow: Bool {
        estimate.depth + publishedSince < estimate.room(floor: settings.laneFloor, ceiling: settings.laneCeiling)
    }

    private func note(isUnserved: Bool) {
        let value = isUnserved ? 1 : 0
        guard unserved.value != value else { return }
        unserved.set(value)
        if isUnserved {
            log.error("large requests wait for a lane that no sender consumes", ["queue": queue.name])
        } else {
            log.info("the lane is consumed again", ["queue": queue.name])
        }
    }
}
