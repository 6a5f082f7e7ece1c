import Model
import Testing

@testable import Router

@Suite("Cursors over shallow lanes")
struct CursorTests {
    static let cursor = Cursor(
        request: .fresh(), tenant: TenantName("acme")!, lane: .bulk, reference: nil, traceparent: nil,
        audience: Audience(channels: [1], consumers: [], watermark: 9), medium: .webhook, expiresAt: nil, part: 1, parts: 4,
        after: 10,
        through: 100, notifications: 5, content: EncodedContent(bytes: [0x7B, 0x7D]))

    static func page(_ count: Int, end: Int64, isLast: Bool) -> ListenerPage {
        ListenerPage(
            listeners: (0..<count).map { number in
                Listener(
                    consumer: "c\(number)", endpoint: Endpoint(id: .fresh(), medium: .webhook, address: "https://example.org/"))
            }, end: end, isLast: isLast)
    }

    @Test func `the continuation begins where the chunk ended`() {
        let fanOut = FanOut(Self.cursor, page: Self.page(20, end: 30, isLast: false), duplicateRisk: .none, at: .now)
        #expect(fanOut.notifications.count == 20)
        #expect(fanOut.notifications.allSatisfy { $0.traffic == .burst })
        #expect(fanOut.cursors.map(\.after) == [30])
        #expect(fanOut.cursors.map(\.notifications) == [25])
        #expect(fanOut.events.count == 20)
    }

    @Test func `the last chunk reports how many notifications its range has created`() {
        let fanOut = FanOut(Self.cursor, page: Self.page(3, end: 100, isLast: true), duplicateRisk: .none, at: .now)
        #expect(fanOut.cursors.isEmpty)
        guard case .request(let event) = fanOut.events.last else {
            Issue.record("no event of the request")
            return
        }
        #expect(event.notifications == 8)
        #expect(event.part == 1)
        #expect(event.parts == 5)
    }

    @Test func `all notifications of a chunk that may be a repeat are possible duplicates`() {
        let fanOut = FanOut(Self.cursor, page: Self.page(3, end: 100, isLast: true), duplicateRisk: .possible, at: .now)
        #expect(fanOut.notifications.allSatisfy { $0.duplicateRisk == .possible })
    }

    @Test(arguments: [(1, 1), (2000, 1), (2001, 2), (7999, 4), (8000, 4), (1_000_000, 4)])
    func `there is a range for each chunk, up to a limit`(consumers: Int, parts: Int) {
        #expect(Division(chunk: 2000, limit: 4).parts(for: consumers) == parts)
    }

    @Test func `ranges are recorded as their boundaries`() {
        let ranges = ConsumerRange(after: 7, through: 1000).divided(into: 3)
        #expect([ConsumerRange](boundaries: ranges.boundaries) == ranges)
        #expect([ConsumerRange](boundaries: [4]) == nil)
    }

    @Test(arguments: [(0, 10, 4), (0, 3, 4), (5, 6, 4), (0, 1_000_001, 4)])
    func `ranges cover every consumer once`(after: Int64, through: Int64, parts: Int) {
        let ranges = ConsumerRange(after: after, through: through).divided(into: parts)
        #expect(ranges.first?.after == after)
        #expect(ranges.last?.through == through)
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.through == $1.after })
        #expect(ranges.allSatisfy { $0.through > $0.after })
    }

    @Test func `a lane has room for half a second of work at its measured rate`() {
        var estimate = DrainEstimate()
        estimate.begin(depth: 1000)
        estimate.sample(depth: 500, published: 500, over: .milliseconds(100))
        #expect(estimate.rate == 10_000)
        #expect(estimate.room(floor: 2000, ceiling: 50_000) == 5000)
        #expect(estimate.room(floor: 2000, ceiling: 3000) == 3000)
    }

    @Test func `a lane that does not drain keeps its minimum room`() {
        var estimate = DrainEstimate()
        estimate.begin(depth: 1000)
        estimate.sample(depth: 1000, published: 0, over: .seconds(1))
        #expect(estimate.room(floor: 2000, ceiling: 50_000) == 2000)
    }

    @Test func `a lane that ran empty does not lower the rate`() {
        var estimate = DrainEstimate()
        estimate.begin(depth: 1000)
        estimate.sample(depth: 1, published: 0, over: .milliseconds(100))
        let rate = estimate.rate
        estimate.sample(depth: 0, published: 0, over: .seconds(1))
        #expect(estimate.rate == rate)
    }
}
