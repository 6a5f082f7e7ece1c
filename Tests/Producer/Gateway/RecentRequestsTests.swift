import Model
import Testing

@testable import Gateway

@Suite struct RecentRequestsTests {
    private let start = ContinuousClock.now
    private let id = RequestID.fresh()

    private func rejected(_ seconds: Int64) -> RequestStore.Earlier {
        RequestStore.Earlier(state: "rejected", digest: [1], finishedAt: Timestamp(seconds: seconds))
    }

    @Test func sendsWhatIsUnderWayAgainBecauseItMayFail() {
        var recent = RecentRequests()
        #expect(recent.begin(id, digest: [1], earlier: nil, at: start) == .send)
        #expect(recent.begin(id, digest: [1], earlier: nil, at: start) == .send)
        #expect(recent.begin(id, digest: [2], earlier: nil, at: start) == .conflict)
        recent.confirm(id, digest: [1], at: start)
        #expect(recent.begin(id, digest: [1], earlier: nil, at: start) == .isRepeat)
    }

    @Test func leavesWhatMayNotHaveArrivedToTheRouter() {
        var recent = RecentRequests()
        _ = recent.begin(id, digest: [1], earlier: nil, at: start)
        recent.fail(id)
        #expect(recent.begin(id, digest: [2], earlier: nil, at: start) == .send)
    }

    @Test func forgetsAfterMinutes() {
        var recent = RecentRequests(age: .seconds(300))
        _ = recent.begin(id, digest: [1], earlier: nil, at: start)
        recent.confirm(id, digest: [1], at: start)
        #expect(recent.begin(id, digest: [2], earlier: nil, at: start + .seconds(299)) == .conflict)
        #expect(recent.begin(id, digest: [2], earlier: nil, at: start + .seconds(300)) == .send)
    }

    @Test(arguments: ["accepted", "expanding", "expanded", "expired", "cancelled"])
    func goesByTheRecordWhereThereIsOne(_ state: String) {
        var recent = RecentRequests()
        let earlier = RequestStore.Earlier(state: state, digest: [1], finishedAt: nil)
        #expect(recent.begin(id, digest: [1], earlier: earlier, at: start) == .isRepeat)
        #expect(recent.begin(id, digest: [2], earlier: earlier, at: start) == .conflict)
        let old = RequestStore.Earlier(state: state, digest: nil, finishedAt: nil)
        #expect(recent.begin(id, digest: [2], earlier: old, at: start) == .isRepeat)
    }

    @Test func sendsAfterEachRejectionOnce() {
        var recent = RecentRequests()
        _ = recent.begin(id, digest: [1], earlier: nil, at: start)
        recent.confirm(id, digest: [1], at: start)
        for second in Int64(1)...2 {
            #expect(recent.begin(id, digest: [1], earlier: rejected(second), at: start) == .send)
            recent.confirm(id, digest: [1], at: start)
            #expect(recent.begin(id, digest: [1], earlier: rejected(second), at: start) == .isRepeat)
            #expect(recent.begin(id, digest: [2], earlier: rejected(second), at: start) == .conflict)
        }
    }

    @Test func holdsNoMoreThanItsCapacity() {
        var recent = RecentRequests(capacity: 10)
        let first = RequestID.fresh()
        for id in [first] + (0..<100).map({ _ in RequestID.fresh() }) {
            _ = recent.begin(id, digest: [1], earlier: nil, at: start)
            recent.confirm(id, digest: [1], at: start)
        }
        #expect(recent.begin(first, digest: [2], earlier: nil, at: start) == .send)
    }
}
