import Broker
import Contract
import Model
import Runtime
import Synchronization
import TestSupport
import Testing

@testable import Router

@Suite("Stages decide on each listener, in small and in large audiences", .timeLimit(.minutes(1)))
struct ListenerStageTests {
    /// Drops the listeners named `c<odd number>`, and reports how many listeners each call contains.
    private struct DropOdd: ListenerStage {
        static let reason = DropReason(label: "odd")
        var asked: @Sendable ([Int]) -> Void = { _ in }

        func rule(for batches: [ListenerBatch]) async throws -> ListenerRule {
            asked(batches.map(\.listeners.count))
            return { _, listener in
                guard let number = listener.consumer.flatMap({ Int($0.dropFirst()) }) else { return .deliver }
                return number.isMultiple(of: 2) ? .deliver : .drop(Self.reason)
            }
        }
    }

    /// The same endpoints for the same numbers in every read.
    private static let endpoints = (0..<10).map { Endpoint(id: .fresh(), medium: .webhook, address: "https://example.org/\($0)") }

    private static func page(_ numbers: Range<Int>, end: Int64, isLast: Bool) -> ListenerPage {
        ListenerPage(
            listeners: numbers.map { Listener(consumer: "c\($0)", endpoint: endpoints[$0]) }, end: end, isLast: isLast)
    }

    private static func expander(_ listeners: ListenerPipeline, finding count: Int) -> Expander {
        var settings = RouterSettings()
        settings.inlineLimit = 20
        return RouterRole.expander(
            settings, trustedUsers: ["posthorn"],
            directory: Directory(
                find: { queries in queries.map { _ in Directory.Answer(channels: ["news": 1]) } },
                pages: { queries in
                    queries.map {
                        page(0..<min(count, endpoints.count), end: $0.range.through, isLast: count < $0.limit)
                    }
                },
                extent: { _, _ in
                    Directory.Extent(range: ConsumerRange(after: 0, through: Int64(count)), consumers: count)
                }),
            ledger: RequestLedger(
                admit: { Dictionary(uniqueKeysWithValues: $0.map { (RequestLedger.Key($0), .first(StageTests.decisions)) }) },
                divide: { _, ranges in ranges }, divided: { _, _ in }, reject: { _ in }),
            listeners: listeners)
    }

    private func fanOuts(_ requests: [Request], _ stages: [any ListenerStage], finding count: Int = 10) async throws -> [FanOut] {
        let results = try await Self.expander(ListenerPipeline(stages), finding: count).expand(
            requests.map { StageTests.message($0) })
        return try results.map { if case .proceed(let fanOut) = $0 { fanOut } else { throw StageTests.Missing() } }
    }

    @Test func `a dropped listener gets no notification, and the event of the request counts the others`() async throws {
        let fanOut = try await fanOuts([Request(channels: ["news"], text: ["T"])], [DropOdd()])[0]
        #expect(fanOut.notifications.map(\.consumer) == ["c0", "c2", "c4", "c6", "c8"])
        #expect(fanOut.events.map(\.kind) == Array(repeating: "created", count: 5) + ["request-expanded"])
        guard case .request(let event) = fanOut.events.last else { throw StageTests.Missing() }
        #expect(event.notifications == 5 && event.parts == 1)
        #expect(fanOut.dropped == [DropOdd.reason: 5])
    }

    @Test func `without stages every listener gets a notification`() async throws {
        let fanOut = try await fanOuts([Request(channels: ["news"], text: ["T"])], [])[0]
        #expect(fanOut.notifications.count == 10 && fanOut.dropped.isEmpty)
    }

    @Test func `a stage is called once for all requests, without the listeners that an earlier one has dropped`() async throws {
        let first = Mutex<[[Int]]>([])
        let second = Mutex<[[Int]]>([])
        let requests = (0..<3).map { _ in Request(channels: ["news"], text: ["T"]) }
        let stages = [
            DropOdd { asked in first.withLock { $0.append(asked) } }, DropOdd { asked in second.withLock { $0.append(asked) } },
        ]
        _ = try await fanOuts(requests, stages)
        #expect(first.withLock { $0 } == [[10, 10, 10]])
        #expect(second.withLock { $0 } == [[5, 5, 5]])
    }

    @Test func `stages decide on an address that the request names itself, with and without cursors`() async throws {
        struct DropNamed: ListenerStage {
            func rule(for batches: [ListenerBatch]) -> ListenerRule {
                { _, listener in listener.consumer == nil ? .drop(DropOdd.reason) : .deliver }
            }
        }
        let request = Request(channels: ["news"], text: ["T"], recipients: [.email("a@example.org")])
        for (count, listening) in [(3, 3), (100, 0)] {
            let fanOut = try await fanOuts([request], [DropNamed()], finding: count)[0]
            #expect(fanOut.notifications.count == listening && fanOut.dropped == [DropOdd.reason: 1])
            #expect(fanOut.cursors.isEmpty == (listening > 0))
        }
    }

    @Test
    func `stages decide on the pages of a cursor, and a cursor that is published twice creates the same notifications again`()
        async throws
    {
        let request = RequestID.fresh()
        let metrics = Metrics()
        let claims = Mutex(0)
        // The first page is claimed again by the second copy of the cursor.
        let claim: @Sendable (Cursor) -> CursorLedger.Claim = { cursor in
            guard cursor.after == 10 else { return .first }
            return claims.withLock { claims in
                claims += 1
                return claims == 1 ? .first : .unfinished
            }
        }
        let page: @Sendable (ConsumerRange) -> ListenerPage = { range in
            range.after == 10 ? Self.page(0..<7, end: 50, isLast: false) : Self.page(7..<10, end: 100, isLast: true)
        }
        try await CursorServiceTests.running(
            claim: claim, listeners: ListenerPipeline([DropOdd()]),
            page: page, metrics: metrics
        ) { publisher, arrived, _ in
            try await publisher.publish([CursorMessage(CursorServiceTests.cursor(request)).outgoing()])
            let once = try await CursorServiceTests.first(5, of: arrived)
            #expect(Set(once.map(\.consumer)) == ["c0", "c2", "c4", "c6", "c8"])
            #expect(once.allSatisfy { $0.duplicateRisk == .none })
            try await publisher.publish([CursorMessage(CursorServiceTests.cursor(request)).outgoing()])
            let again = try await CursorServiceTests.first(5, of: arrived)
            #expect(Set(again.map(\.id)) == Set(once.map(\.id)))
            let first: Set<String?> = ["c0", "c2", "c4", "c6"]
            #expect(again.allSatisfy { $0.duplicateRisk == (first.contains($0.consumer) ? .possible : .none) })
        }
        #expect(metrics.exposition().contains(#"posthorn_router_dropped_total{lane="bulk",reason="odd"} 10"#))
    }

    @Test func `a continuation counts the notifications without the dropped listeners`() throws {
        var cursor = CursorTests.cursor
        cursor.notifications = 5
        var batch = ListenerBatch(Self.page(0..<10, end: 30, isLast: false).listeners, of: FanOutSource(cursor))
        batch.apply { _, listener in listener.consumer == "c0" ? .deliver : .drop(DropOdd.reason) }
        let page = ListenerPage(listeners: batch.listeners, end: 30, isLast: false)
        #expect(FanOut(cursor, page: page, duplicateRisk: .none, at: .now).cursors.map(\.notifications) == [6])
    }
}
