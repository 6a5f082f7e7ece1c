import Model
import Testing

@testable import Gateway

@Suite struct CountCacheTests {
    private let start = ContinuousClock.now

    private func key(_ state: String, _ request: RequestID = .fresh()) -> CountCache.Key {
        CountCache.Key(tenant: TenantName("shop")!, request: request, state: state)
    }

    private func answer(_ status: Status, _ number: Int = 1, of expected: Int = 1) -> CountCache.Answer {
        CountCache.Answer(
            counts: .init(byStatus: [.init(status: status, number: number)], expected: expected, notCreated: 0),
            countedAt: Timestamp(seconds: 7)
        )
    }

    @Test(arguments: [(1, 1000), (49, 1000), (51, 1020), (400, 8000)])
    func holdsAnAnswerForTwentyTimesItsCostAndASecondAtLeast(took: Int, milliseconds: Int) {
        var cache = CountCache()
        let key = key("expanding")
        cache.store(key, answer(.delivered), took: .milliseconds(took), at: start)
        #expect(cache.find(key, at: start + .milliseconds(milliseconds - 1)) != nil)
        #expect(cache.find(key, at: start + .milliseconds(milliseconds)) == nil)
    }

    @Test func holdsAnAnswerLongThatWillNotChange() {
        var cache = CountCache()
        let key = key("expanded")
        cache.store(key, answer(.delivered), took: .zero, at: start)
        #expect(cache.find(key, at: start + .seconds(599)) != nil)
        #expect(cache.find(key, at: start + .seconds(600)) == nil)
    }

    @Test func holdsAnAnswerShortlyThatMayChange() {
        var cache = CountCache()
        for (key, answer) in [
            (key("expanded"), answer(.created)), (key("expanded"), answer(.sent)),
            (key("expanded"), answer(.delivered, 1, of: 2)), (key("accepted"), answer(.delivered)),
        ] {
            cache.store(key, answer, took: .zero, at: start)
            #expect(cache.find(key, at: start + .seconds(1)) == nil)
        }
    }

    @Test func hasNoAnswerForAnotherState() {
        var cache = CountCache()
        let request = RequestID.fresh()
        cache.store(key("expanding", request), answer(.created), took: .zero, at: start)
        #expect(cache.find(key("expanded", request), at: start) == nil)
    }

    @Test func holdsNoMoreThanItsCapacity() {
        var cache = CountCache(capacity: 10)
        let first = key("expanded")
        for key in [first] + (0..<100).map({ _ in key("expanded") }) {
            cache.store(key, answer(.delivered), took: .zero, at: start)
        }
        #expect(cache.find(first, at: start) == nil)
    }
}
