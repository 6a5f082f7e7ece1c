import Testing

@testable import Broker

@Suite struct GatheringTests {
    private let now = ContinuousClock.now

    @Test func writesAtOnceWhileNothingIsOnItsWay() {
        var gathering = Gathering()
        #expect(gathering.until(waiting: 1, outstanding: 0, now: now) == nil)
    }

    @Test func waitsAMomentForMoreWhileSomethingIs() {
        var gathering = Gathering()
        let end = now + Gathering.moment
        #expect(gathering.until(waiting: 1, outstanding: 5, now: now) == end)
        #expect(gathering.until(waiting: 2, outstanding: 5, now: now + .microseconds(400)) == end)
        #expect(gathering.until(waiting: 3, outstanding: 5, now: end) == nil)
    }

    @Test func waitsNoLongerThanUntilEnoughIsThereOrTheBrokerHasAnswered() {
        var gathering = Gathering()
        _ = gathering.until(waiting: 1, outstanding: 5, now: now)
        #expect(gathering.until(waiting: Gathering.enough, outstanding: 5, now: now) == nil)
        _ = gathering.until(waiting: 1, outstanding: 5, now: now)
        #expect(gathering.until(waiting: 1, outstanding: 0, now: now) == nil)
    }

    @Test func beginsAnewForThoseThatComeAfterAWrite() {
        var gathering = Gathering()
        _ = gathering.until(waiting: 1, outstanding: 5, now: now)
        let later = now + .milliseconds(3)
        #expect(gathering.until(waiting: 1, outstanding: 5, now: later) == nil)
        #expect(gathering.until(waiting: 1, outstanding: 5, now: later) == later + Gathering.moment)
    }
}
