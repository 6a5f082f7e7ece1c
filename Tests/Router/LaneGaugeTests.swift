import Model
import Runtime
import Synchronization
import TestSupport
import Testing
import Topology

@testable import Router

/// How deep the lane is, and whether anybody consumes it, the test says.
@Suite("A lane's gauge", .timeLimit(.minutes(1)))
struct LaneGaugeTests {
    private final class Lane: Sendable {
        let state = Mutex((messages: 0, consumers: 1))
        let order = Mutex<[String]>([])
        let (looks, look) = AsyncStream.makeStream(of: Void.self)

        /// Returns after so many looks at the depth: what the one before found has been acted on.
        func looked(_ count: Int) async throws {
            try await within(.seconds(20), "\(count) looks") { [looks] in
                var looks = looks.makeAsyncIterator()
                for _ in 1...count { await looks.next() }
            }
        }

        func note(_ name: String) { order.withLock { $0.append(name) } }
    }

    private func gauge(_ lane: Lane, unservedPatience: Duration = .seconds(3600)) -> LaneGauge {
        var settings = RouterSettings()
        settings.laneFloor = 10
        settings.unservedPatience = unservedPatience
        return LaneGauge(
            queue: .send(.webhook, .normal, .burst), settings: settings,
            depth: { _ in
                lane.look.yield()
                return lane.state.withLock { $0 }
            }, log: .discarded, metrics: Metrics())
    }

    @Test func `lets in who comes, in turn, and no more than there is room for`() async throws {
        let lane = Lane()
        let gauge = gauge(lane)
        #expect(try await gauge.enter(10, within: .seconds(60)))
        // What was let in counts before it is on the lane. Who asks first is let in first.
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
        try await lane.looked(3)
        lane.note("left")
        await gauge.leave(10, published: [])
        try await within(.seconds(20), "room") {
            try await first.value
            await second.value
        }
        #expect(lane.order.withLock { $0 } == ["left", "first", "second"])
    }

    @Test func `lets what others wait behind go on where nobody serves the lane, and nothing else`() async throws {
        let lane = Lane()
        lane.state.withLock { $0 = (1_000_000, 0) }
        let gauge = gauge(lane, unservedPatience: .zero)
        let patient = Task.immediate { try await gauge.enter(1, within: .seconds(60)) }
        try await within(.seconds(20), "going on") { await gauge.enterUnlessUnserved(1) }
        await gauge.stop()
        await #expect(throws: CancellationError.self) { try await patient.value }
    }

    @Test func `lets what others wait behind wait for a lane that is served, however long that takes, until it stops`()
        async throws
    {
        let lane = Lane()
        lane.state.withLock { $0.messages = 1_000_000 }
        let gauge = gauge(lane, unservedPatience: .zero)
        let waiting = Task.immediate {
            await gauge.enterUnlessUnserved(1)
            lane.note("let in")
        }
        // At the second look it has seen what the first one found.
        try await lane.looked(2)
        #expect(lane.order.withLock { $0 } == [])
        await gauge.stop()
        try await within(.seconds(20), "the end") { await waiting.value }
    }
}
