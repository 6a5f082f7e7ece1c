import Model
import Runtime
import Synchronization
import TestSupport
import Testing
import Topology

@testable import Router

/// The test supplies the depth of the lane and its number of queue consumers.
@Suite("A lane's gauge", .timeLimit(.minutes(1)))
struct LaneGaugeTests {
    private final class Lane: Sendable {
        let state = Mutex((messages: 0, consumers: 1))
        let order = Mutex<[String]>([])
        let isPaused = Mutex(true)
        let (reads, read) = AsyncStream.makeStream(of: Void.self)

        /// Returns after `count` reads of the depth: the gauge has then acted on the one before the last.
        func hasRead(_ count: Int) async throws {
            try await within(.seconds(20), "\(count) reads") { [reads] in
                var reads = reads.makeAsyncIterator()
                for _ in 1...count { await reads.next() }
            }
        }

        func note(_ name: String) { order.withLock { $0.append(name) } }
    }

    private func gauge(
        _ lane: Lane, unservedPatience: Duration = .seconds(3600), isPaused: @escaping @Sendable () -> Bool = { false },
        metrics: Metrics = Metrics()
    ) -> LaneGauge {
        var settings = RouterSettings()
        settings.laneFloor = 10
        settings.unservedPatience = unservedPatience
        return LaneGauge(
            queue: .send(.webhook, .normal, .burst), settings: settings,
            depth: { _ in
                lane.read.yield()
                return lane.state.withLock { $0 }
            }, isPaused: isPaused, log: .discarded, metrics: metrics)
    }

    @Test func `a lane that an operator has paused raises no alarm, and one that nobody consumes does`() async throws {
        let (lane, metrics) = (Lane(), Metrics())
        lane.state.withLock { $0 = (messages: 10_000, consumers: 0) }
        let gauge = gauge(lane, isPaused: { lane.isPaused.withLock { $0 } }, metrics: metrics)
        let alarm = metrics.gauge("posthorn_router_lane_unserved", "", labels: [("queue", "send.webhook.normal.burst")])
        let waiting = Task { try await gauge.enter(1, within: .seconds(60)) }
        try await lane.hasRead(3)
        #expect(alarm.value == 0)
        lane.isPaused.withLock { $0 = false }
        try await lane.hasRead(3)
        #expect(alarm.value == 1)
        await gauge.stop()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test func `admits callers in order, and no more than there is room for`() async throws {
        let lane = Lane()
        let gauge = gauge(lane)
        #expect(try await gauge.enter(10, within: .seconds(60)))
        // Admitted messages count before they are on the lane. Callers are admitted in order of arrival.
        let first = Task.immediate {
            let hasEntered = try await gauge.enter(10, within: .seconds(60))
            #expect(hasEntered)
            lane.note("first")
            await gauge.leave(10, published: [])
        }
        let second = Task.immediate {
            await gauge.enterUnlessUnserved(1)
            lane.note("second")
            await gauge.leave(1, published: [])
        }
        try await lane.hasRead(3)
        lane.note("left")
        await gauge.leave(10, published: [])
        try await within(.seconds(20), "room") {
            try await first.value
            await second.value
        }
        #expect(lane.order.withLock { $0 } == ["left", "first", "second"])
    }

    @Test func `ends the wait for a lane that is not consumed only for callers that others wait behind`() async throws {
        let lane = Lane()
        lane.state.withLock { $0 = (1_000_000, 0) }
        let gauge = gauge(lane, unservedPatience: .zero)
        let patient = Task.immediate { try await gauge.enter(1, within: .seconds(60)) }
        try await within(.seconds(20), "the end of the wait") { await gauge.enterUnlessUnserved(1) }
        await gauge.stop()
        await #expect(throws: CancellationError.self) { try await patient.value }
    }

    @Test func `waits without limit for a lane that is consumed, until it is stopped`()
        async throws
    {
        let lane = Lane()
        lane.state.withLock { $0.messages = 1_000_000 }
        let gauge = gauge(lane, unservedPatience: .zero)
        let waiting = Task.immediate {
            await gauge.enterUnlessUnserved(1)
            lane.note("admitted")
        }
        // At the second read the gauge has acted on the first one.
        try await lane.hasRead(2)
        #expect(lane.order.withLock { $0 } == [])
        await gauge.stop()
        try await within(.seconds(20), "the end") { await waiting.value }
    }
}
