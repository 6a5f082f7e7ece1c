import Model
import Synchronization

/// The bursts that wait for room on their lanes, first in, first out. Only requests of the same queue wait behind them.
///
/// Requests that accumulated while waiting are published together, so that a burst of single requests needs few messages.
final class BurstLine<Origin: Sendable>: Sendable {
    struct Item: Sendable {
        let origin: Origin
        let fanOut: FanOut
    }

    private struct State {
        var items: [Item] = []
        /// Of all items.
        var notifications = 0
        /// Callers that wait before they add more.
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isFinishing = false
    }

    /// While this many chunks of notifications wait, no more are created: a few messages of 16 requests can mean a million.
    private static var chunks: Int { 4 }

    private let lane: Lane
    private let gauges: [Medium: LaneGauge]
    /// The most notifications that are published together, unless one request has more.
    private let chunk: Int
    private let state = Mutex(State())
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    init(lane: Lane, gauges: [Medium: LaneGauge], chunk: Int) {
        self.lane = lane
        self.gauges = gauges
        self.chunk = chunk
        (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Returns when few enough notifications wait that more may be created. The caller may then add the fan-outs of one slice of requests.
    func room() async {
        await withCheckedContinuation { continuation in
            let hasRoom = state.withLock { state in
                let hasRoom = state.notifications < Self.chunks * chunk
                if !hasRoom { state.waiting.append(continuation) }
                return hasRoom
            }
            if hasRoom { continuation.resume() }
        }
    }

    func add(_ items: [Item]) {
        guard !items.isEmpty else { return }
        state.withLock { state in
            state.items += items
            state.notifications += items.reduce(0) { $0 + $1.fanOut.notifications.count }
        }
        wake.yield()
    }

    /// After this, `run` returns as soon as nothing is left.
    func finish() {
        state.withLock { $0.isFinishing = true }
        wake.yield()
    }

    /// Passes waiting items to `publish` as there is room for them, until `finish`. While some are being published, the next may wait for room.
    func run(_ publish: @escaping @Sendable ([Item]) async -> Void) async {
        await withDiscardingTaskGroup { group in
            for await _ in wakes {
                while let (media, count) = state.withLock({ Self.next($0.items, chunk) }) {
                    let messages = (count + lane.messageCapacity - 1) / lane.messageCapacity
                    await enter(media.compactMap { gauges[$0] }, messages)
                    let items = take(media)
                    group.addTask { [gauges] in
                        await publish(items)
                        let notifications = items.flatMap(\.fanOut.notifications)
                        for medium in media {
                            await gauges[medium]?.leave(messages, published: notifications.filter { $0.medium == medium })
                        }
                    }
                }
                if state.withLock({ $0.isFinishing && $0.items.isEmpty }) { return }
            }
        }
    }

    /// Returns when all gauges have room at the same time. While it waits for one, it holds no room at the others: items that need only those
    /// would have to wait too.
    private func enter(_ gauges: [LaneGauge], _ messages: Int) async {
        var next: Int? = gauges.indices.first
        while let awaited = next {
            await gauges[awaited].enterUnlessUnserved(messages)
            var entered = [awaited]
            next = nil
            for other in gauges.indices where other != awaited {
                guard await gauges[other].enterAtOnce(messages) else {
                    next = other
                    break
                }
                entered.append(other)
            }
            guard next != nil else { return }
            for place in entered { await gauges[place].leave(messages, published: []) }
        }
    }

    /// The media of the first waiting item, and about how many notifications can be published with it; nil if nothing waits.
    private static func next(_ items: [Item], _ chunk: Int) -> (media: [Medium], count: Int)? {
        guard let first = items.first else { return nil }
        var count = 0
        for item in items {
            count += item.fanOut.notifications.count
            if count >= chunk { break }
        }
        return (Set(first.fanOut.notifications.map(\.medium)).sorted { $0.rawValue < $1.rawValue }, min(count, chunk))
    }

    private func take(_ media: [Medium]) -> [Item] {
        let (items, waiting) = state.withLock { state -> ([Item], [CheckedContinuation<Void, Never>]) in
            let items = Self.take(&state.items, media, chunk)
            state.notifications -= items.reduce(0) { $0 + $1.fanOut.notifications.count }
            guard state.notifications < Self.chunks * chunk else { return (items, []) }
            defer { state.waiting = [] }
            return (items, state.waiting)
        }
        for continuation in waiting { continuation.resume() }
        return items
    }

    /// Removes the first items, as long as they use only these media.
    private static func take(_ items: inout [Item], _ media: [Medium], _ chunk: Int) -> [Item] {
        var count = 0
        let end =
            items.firstIndex { item in
                guard count < chunk, item.fanOut.notifications.allSatisfy({ media.contains($0.medium) }) else { return true }
                count += item.fanOut.notifications.count
                return false
            } ?? items.endIndex
        defer { items.removeFirst(end) }
        return Array(items[..<end])
    }
}
