import Model
import Runtime
import Synchronization
import TestSupport
import Testing
import Topology

@testable import Router

@Suite("Bursts that wait for room on their lanes", .timeLimit(.minutes(1)))
struct BurstLineTests {
    private func line(chunk: Int, _ depth: @escaping @Sendable (Medium) -> (messages: Int, consumers: Int) = { _ in (0, 1) })
        -> BurstLine<Int>
    {
        var settings = RouterSettings()
        settings.unservedPatience = .zero
        let gauges = Media.posthorn.all.map { medium in
            let gauge = LaneGauge(
                queue: .send(medium, .normal, .burst), settings: settings, depth: { _ in depth(medium) }, log: .discarded,
                metrics: Metrics())
            return (medium, gauge)
        }
        return BurstLine(lane: .normal, gauges: Dictionary(uniqueKeysWithValues: gauges), chunk: chunk)
    }

    @Test func `holds no room on a lane while it waits for another`() async throws {
        // There is room for one message at a time, and none for webhooks.
        var settings = RouterSettings()
        settings.laneFloor = 1
        let (reads, read) = AsyncStream.makeStream(of: Void.self)
        let gauges = Media.posthorn.all.map { [settings] medium in
            let gauge = LaneGauge(
                queue: .send(medium, .normal, .burst), settings: settings,
                depth: { _ in
                    if medium == .webhook { read.yield() }
                    return (medium == .webhook ? 1_000_000 : 0, 1)
                }, log: .discarded, metrics: Metrics())
            return (medium, gauge)
        }
        let gaugesByMedium = Dictionary(uniqueKeysWithValues: gauges)
        let waiting = BurstLine<Int>(lane: .normal, gauges: gaugesByMedium, chunk: 30)
        waiting.add([Self.item(0, [.email, .webhook])])
        let run = Task { await waiting.run { _ in } }
        try await within(.seconds(20), "waiting for webhooks") { [reads] in
            var reads = reads.makeAsyncIterator()
            for _ in 1...3 { await reads.next() }
        }
        let other = BurstLine<Int>(lane: .normal, gauges: gaugesByMedium, chunk: 30)
        #expect(try await published(other, [Self.item(1, [.email])]) == [[1]])
        waiting.finish()
        for (_, gauge) in gauges { await gauge.stop() }
        await run.value
    }

    private static func item(_ number: Int, _ media: [Medium] = [.webhook]) -> BurstLine<Int>.Item {
        let content = EncodedContent(bytes: Array(#"{"text":["T"]}"#.utf8))
        return BurstLine.Item(
            origin: number,
            fanOut: FanOut(
                notifications: media.map { medium in
                    Notification(
                        request: .fresh(), tenant: TenantName("acme")!, reference: nil, lane: .normal, traffic: .burst,
                        consumer: nil, endpoint: Endpoint(id: .fresh(), medium: medium, address: "somewhere"), expiresAt: nil,
                        traceparent: nil, content: content)
                }))
    }

    /// Adds the items and returns the groups in which they are published.
    private func published(_ line: BurstLine<Int>, _ items: [BurstLine<Int>.Item]) async throws -> [[Int]] {
        line.add(items)
        line.finish()
        return try await within(.seconds(30), "the end of the line") {
            let groups = Mutex<[[Int]]>([])
            await line.run { items in groups.withLock { $0.append(items.map(\.origin)) } }
            // Groups are published concurrently.
            return groups.withLock { $0.sorted { $0[0] < $1[0] } }
        }
    }

    @Test func `publishes items together, in order, up to a chunk`() async throws {
        let groups = try await published(line(chunk: 30), (0..<100).map { Self.item($0) })
        #expect(groups.map(\.count) == [30, 30, 30, 10])
        #expect(groups.flatMap { $0 } == Array(0..<100))
    }

    @Test func `waits for all media of an item, and leaves later items that need others`() async throws {
        let items = [Self.item(0), Self.item(1, [.webhook, .email]), Self.item(2), Self.item(3, [.email])]
        #expect(try await published(line(chunk: 30), items) == [[0], [1, 2, 3]])
    }

    @Test func `has no room for more while four chunks wait`() async throws {
        let line = line(chunk: 10)
        line.add((0..<39).map { Self.item($0) })
        await line.room()
        line.add([Self.item(39)])
        let asked = Mutex(false)
        let maker = Task.immediate {
            await line.room()
            asked.withLock { $0 = true }
        }
        #expect(!asked.withLock { $0 })
        #expect(try await published(line, []).flatMap { $0 } == Array(0..<40))
        try await within(.seconds(30), "room") { await maker.value }
    }

    @Test func `does not wait for a medium whose lane is not consumed`() async throws {
        let unserved: @Sendable (Medium) -> (messages: Int, consumers: Int) = { $0 == .email ? (1_000_000, 0) : (0, 1) }
        #expect(try await published(line(chunk: 30, unserved), [Self.item(0, [.email]), Self.item(1)]) == [[0], [1]])
    }
}
