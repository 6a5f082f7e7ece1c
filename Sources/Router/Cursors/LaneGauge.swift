import Contract
import Model
import Runtime
import Topology

/// Keeps one lane of one medium shallow: publishers of many messages wait here, in order of arrival, until the lane holds less than about half a
/// second of work at the rate at which it drains. It also reports whether the lane is consumed at all.
actor LaneGauge {
    /// Reads from the broker how many messages of a queue are ready, and how many queue consumers it has.
    typealias Depth = @Sendable (_ queue: String) async throws -> (messages: Int, consumers: Int)

    /// How long to wait for room.
    private enum Patience {
        /// Not at all.
        case none
        /// Without limit, but only while the lane is consumed.
        case untilUnserved
        /// Until that time, whether or not the lane is consumed.
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
    private let isPaused: @Sendable () -> Bool
    private let log: Log
    private let unserved: Gauge
    private var estimate = DrainEstimate()
    private var publishedSince = 0
    /// Messages that were admitted and are not published yet.
    private var entered = 0
    private var sampledAt: ContinuousClock.Instant?
    private var unservedSince: ContinuousClock.Instant?
    private var waiting: [Waiter] = []
    private var isAdmitting = false
    private var isStopped = false

    /// The maximum age of a measured depth.
    private static let freshness: Duration = .milliseconds(50)

    /// - Parameters:
    ///   - depth: queries the broker.
    ///   - isPaused: whether an operator has paused the lane, so that nobody needs to be alarmed that it is not consumed.
    init(
        queue: QueueName, settings: RouterSettings, depth: @escaping Depth, isPaused: @escaping @Sendable () -> Bool = { false },
        log: Log, metrics: Metrics
    ) {
        self.queue = queue
        self.depth = depth
        self.isPaused = isPaused
        self.settings = settings
        self.log = log
        unserved = metrics.gauge(
            "posthorn_router_lane_unserved", "1 while large requests wait for a lane that no sender consumes",
            labels: [("queue", queue.name)])
    }

    /// Returns when the lane has room. `leave` must follow.
    ///
    /// - Parameters:
    ///   - messages: about how many are to be published to the lane.
    ///   - limit: how long to wait.
    /// - Returns: false if the lane had no room in that time; then `leave` must not follow.
    /// - Throws: `CancellationError` after `stop`.
    func enter(_ messages: Int, within limit: Duration) async throws -> Bool {
        if await wait(messages, .until(.now + limit)) { return true }
        if isStopped { throw CancellationError() }
        return false
    }

    /// Like `enter`, for a caller that others wait behind: it waits without limit while the lane is consumed, and also returns when the lane
    /// has not been consumed for `unservedPatience`, and after `stop`.
    func enterUnlessUnserved(_ messages: Int) async { if !(await wait(messages, .untilUnserved)) { entered += messages } }

    /// Like `enter`, but without waiting, for a caller that holds room on another lane. After `stop` there is room for everything.
    ///
    /// - Returns: false if there is no room now, or others wait for it; then `leave` must not follow.
    func enterAtOnce(_ messages: Int) async -> Bool {
        if await wait(messages, .none) { return true }
        if isStopped { entered += messages }
        return isStopped
    }

    /// - Parameters:
    ///   - messages: the number that was passed to `enter`.
    ///   - published: what was published to the lane.
    func leave(_ messages: Int, published: [Notification]) {
        entered -= messages
        guard let capacity = published.first?.lane.messageCapacity else { return }
        publishedSince += (published.count + capacity - 1) / capacity
    }

    /// Ends all waits.
    func stop() {
        isStopped = true
        release { _ in true }
    }

    private func wait(_ messages: Int, _ patience: Patience) async -> Bool {
        if isStopped { return false }
        return await withCheckedContinuation { continuation in
            waiting.append(Waiter(messages: messages, patience: patience, continuation: continuation))
            guard !isAdmitting else { return }
            isAdmitting = true
            Task { await admitWaiters() }
        }
    }

    /// Admits waiters as there is room, until none is left.
    private func admitWaiters() async {
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
        isAdmitting = false
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
            note(isUnserved: consumers == 0 && !isShallow && !isPaused())
        } catch {
            log.debug("cannot read the depth of a lane", ["queue": queue.name, "error": "\(error)"])
            // Without a measured depth, nothing is admitted.
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
            log.info("a lane is consumed again", ["queue": queue.name])
        }
    }
}
