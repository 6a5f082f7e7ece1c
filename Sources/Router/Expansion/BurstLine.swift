import Model
import Synchronization

/// What services have sent in bursts and waits for room on its lanes. First in, first out: whoever waits in the same queue of requests
/// waits behind it, and nobody else.
///
/// What has gathered while room came goes on together, so that a burst of single requests costs few messages.
final class BurstLine<Origin: Sendable>: Sendable {
    struct Item: Sendable {
        let origin: Origin
        let fanOut: FanOut
    }

    private struct State {
        var items: [Item] = []
        /// Of all items.
        var notifications = 0
        /// Who waits before adding more.
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isFinishing = false
    }

    /// So many chunks of notifications wait before nothing more is made. A few requests of 16 in a message may be a million notifications.
    private static var chunks: Int { 4 }

    private let lane: Lane
    private let gauges: [Medium: LaneGauge]
    /// So many notifications go on together at most, unless one request has more.
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

    /// Returns when little enough waits that more may be made. Whoever asked for room may then add what comes of one slice of requests.
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

    /// After this, `run` returns as soon as nothing waits any more.
    func finish() {
        state.withLock { $0.isFinishing = true }
        wake.yield()
    }

    /// Hands over what waits, as there is room for it, until `finish`. While that is published the next may wait for room.
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

    /// Returns when there is room behind all gauges at the same time. While one is waited for, none of the others is kept: what needs only
    /// those would wait as well.
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

    /// The media over which the first that waits goes, and about how many notifications can go with it; nil where nothing waits.
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

    /// Those that go over these media only, from the first on.
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
