import Contract
import Model
import Runtime
import Topology

/// Keeps one lane of one medium shallow: whoever wants to put much on it waits here, each in turn, until it holds less than about half a
/// second of work at the rate at which it drains. It also tells whether anybody serves the lane at all.
actor LaneGauge {
    /// What the broker says of a queue: messages that are ready, and consumers.
    typealias Depth = @Sendable (_ queue: String) async throws -> (messages: Int, consumers: Int)

    /// For what somebody waits.
    private enum Patience {
        /// Not at all: there is room now, or there is not.
        case none
        /// For room, unless nobody serves the lane.
        case untilUnserved
        /// For room, whether or not somebody serves the lane, until that moment.
        case until(ContinuousClock.Instant)

        func isOver(at now: ContinuousClock.Instant) -> Bool {
            switch self {
            case .none: true
            case .untilUnserved: false
            case .until(let end): end <= now
            }
        }
    }

    private struct Waiter {
        let messages: Int
        let patience: Patience
        /// Resumed with whether there is room.
        let continuation: CheckedContinuation<Bool, Never>
    }

    private let queue: QueueName
    private let depth: Depth
    private let settings: RouterSettings
    private let log: Log
    private let unserved: Gauge
    private var estimate = DrainEstimate()
    private var publishedSince = 0
    /// What has been let in and is not published yet.
    private var entered = 0
    private var sampledAt: ContinuousClock.Instant?
    private var unservedSince: ContinuousClock.Instant?
    private var waiting: [Waiter] = []
    private var isLooking = false
    private var isStopped = false

    /// How old a measured depth may be.
    private static let freshness: Duration = .milliseconds(50)

    /// - Parameter depth: asks the broker.
    init(queue: QueueName, settings: RouterSettings, depth: @escaping Depth, log: Log, metrics: Metrics) {
        self.queue = queue
        self.depth = depth
        self.settings = settings
        self.log = log
        unserved = metrics.gauge(
            "posthorn_router_lane_unserved", "1 while cursors wait for a lane that no sender consumes",
            labels: [("queue", queue.name)])
    }

    /// Returns when the lane has room. `leave` must follow.
    ///
    /// - Parameters:
    ///   - messages: about how many are to be put on the lane.
    ///   - limit: for how long to wait.
    /// - Returns: false where it had no room in that time; then `leave` must not follow.
    /// - Throws: `CancellationError` after `stop`.
    func enter(_ messages: Int, within limit: Duration) async throws -> Bool {
        if await wait(messages, .until(.now + limit)) { return true }
        if isStopped { throw CancellationError() }
        return false
    }

    /// The same for what must not wait without end, because others wait behind it: it also returns when nobody has served the lane for a
    /// while, and after `stop`.
    func enterUnlessUnserved(_ messages: Int) async { if !(await wait(messages, .untilUnserved)) { entered += messages } }

    /// The same for what must not wait, because it keeps others from another lane. After `stop` there is room for everything.
    ///
    /// - Returns: false where there is no room now, or others wait for it; then `leave` must not follow.
    func enterAtOnce(_ messages: Int) async -> Bool {
        if await wait(messages, .none) { return true }
        if isStopped { entered += messages }
        return isStopped
    }

    /// - Parameters:
    ///   - messages: as they were told to `enter`.
    ///   - published: what has been put on the lane.
    func leave(_ messages: Int, published: [Notification]) {
        entered -= messages
        guard let capacity = published.first?.lane.messageCapacity else { return }
        publishedSince += (published.count + capacity - 1) / capacity
    }

    /// Lets nobody wait any longer.
    func stop() {
        isStopped = true
        release { _ in true }
    }

    private func wait(_ messages: Int, _ patience: Patience) async -> Bool {
        if isStopped { return false }
        return await withCheckedContinuation { continuation in
            waiting.append(Waiter(messages: messages, patience: patience, continuation: continuation))
            guard !isLooking else { return }
            isLooking = true
            Task { await look() }
        }
    }

    /// Lets in who waits as there is room, until nobody waits.
    private func look() async {
        while true {
            await sample()
            while !waiting.isEmpty, isShallow {
                let first = waiting.removeFirst()
                entered += first.messages
                first.continuation.resume(returning: true)
            }
            let isUnserved = unservedSince.map { $0 + settings.unservedPatience <= .now } ?? false
            release { waiter in
                if case .untilUnserved = waiter.patience { isUnserved } else { waiter.patience.isOver(at: .now) }
            }
            if waiting.isEmpty { break }
            try? await Task.sleep(for: Self.freshness)
        }
        isLooking = false
    }

    private func release(_ isConcerned: (Waiter) -> Bool) {
        let released = waiting.filter(isConcerned)
        waiting.removeAll(where: isConcerned)
        for waiter in released { waiter.continuation.resume(returning: false) }
    }

    private func sample() async {
        let start = ContinuousClock.now
        if let sampledAt, start - sampledAt < Self.freshness { return }
        do {
            let (messages, consumers) = try await depth(queue.name)
            if let sampledAt {
                estimate.sample(depth: messages, published: publishedSince, over: start - sampledAt)
            } else {
                estimate.begin(depth: messages)
            }
            publishedSince = 0
            sampledAt = start
            unservedSince = consumers == 0 ? unservedSince ?? start : nil
            note(isUnserved: consumers == 0 && !isShallow)
        } catch {
            log.debug("a lane's depth cannot be read", ["queue": queue.name, "error": "\(error)"])
            // What cannot be seen has no room.
            sampledAt = nil
        }
    }

    private var isShallow: Bool {
        sampledAt != nil
            && estimate.depth + publishedSince + entered < estimate.room(floor: settings.laneFloor, ceiling: settings.laneCeiling)
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
