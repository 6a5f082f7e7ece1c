import Testing

@testable import Senders

@Suite("The wait of those that are deferred because of a rate")
struct LimitBacklogTests {
    private let begin = ContinuousClock.now

    private func waits(_ count: Int, in backlog: inout LimitBacklog, behind: Int = 0, at now: ContinuousClock.Instant)
        -> [Duration]
    {
        (0..<count).map { _ in backlog.deferred(behind: behind, hasTurn: false, at: now) }
    }

    @Test func `each returns some time before its turn, which comes after those before it`() {
        var backlog = LimitBacklog(rate: 10, at: begin)
        let waits = waits(300, in: &backlog, behind: 10, at: begin)
        #expect(waits.first! == LimitBacklog.soon)
        #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 <= $1 })
        #expect((20.9...21.1).contains(waits.last! / .seconds(1)))
    }

    @Test func `those whose turn has come return soon and take no other's turn`() {
        var backlog = LimitBacklog(rate: 10, at: begin)
        _ = waits(300, in: &backlog, at: begin)
        let returning = (0..<100).map { _ in backlog.deferred(behind: 0, hasTurn: true, at: begin) }
        #expect(returning.allSatisfy { $0 == LimitBacklog.soon })
        let next = waits(1, in: &backlog, at: begin)[0]
        #expect(next < .seconds(21))
    }

    @Test func `the turns of the past are over`() {
        var backlog = LimitBacklog(rate: 10, at: begin)
        _ = waits(300, in: &backlog, at: begin)
        let later = waits(1, in: &backlog, at: begin + .seconds(60))
        #expect(later == [LimitBacklog.soon])
    }

    @Test func `what was measured beside a busier lane keeps nobody away for more than two minutes`() {
        var backlog = LimitBacklog(rate: 50, at: begin)
        for second in 0..<20 {
            backlog.looked(isDry: false, at: begin + .seconds(second))
            for _ in 0..<3 { backlog.passed(at: begin + .seconds(second)) }
        }
        let last = waits(2000, in: &backlog, at: begin + .seconds(20)).last!
        #expect(last == .seconds(110))
    }

    @Test func `nobody waits longer than ten minutes`() {
        var backlog = LimitBacklog(rate: 100, at: begin)
        let last = waits(100_000, in: &backlog, at: begin).last!
        #expect(last == .seconds(590))
    }

    @Test func `an account without a rate has the one at which it takes notifications, while it takes any`() {
        var backlog = LimitBacklog(rate: nil, at: begin)
        #expect(!backlog.isMoving(at: begin))
        for number in 0..<100 { backlog.passed(at: begin + .milliseconds(number * 50)) }
        let now = begin + .seconds(5)
        #expect(backlog.isMoving(at: now))
        let last = waits(1000, in: &backlog, at: now).last!
        #expect((39...41).contains(last / .seconds(1)))
        #expect(!backlog.isMoving(at: now + .seconds(10)))
    }
}

@Suite("The rate at which an account takes those of a lane")
struct RateEstimateTests {
    private let begin = ContinuousClock.now

    /// Seconds in each of which so many pass.
    private func run(_ estimate: inout RateEstimate, from start: Int, seconds: Int, each count: Int, isDry: Bool) -> Double {
        for second in start..<start + seconds {
            let now = begin + .seconds(second)
            estimate.looked(isDry: isDry, at: now)
            for _ in 0..<count { estimate.passed(at: now) }
        }
        return estimate.perSecond(at: begin + .seconds(start + seconds))
    }

    @Test func `it falls to what is taken only while some wait all the time`() {
        var estimate = RateEstimate(500, at: begin)
        let dry = run(&estimate, from: 0, seconds: 20, each: 10, isDry: true)
        #expect(dry == 500)
        let full = run(&estimate, from: 20, seconds: 10, each: 100, isDry: false)
        #expect((95...105).contains(full))
    }

    @Test func `seconds without any say nothing of a set rate`() {
        var estimate = RateEstimate(500, at: begin)
        let away = run(&estimate, from: 0, seconds: 60, each: 0, isDry: false)
        #expect(away == 500)
        let slow = run(&estimate, from: 60, seconds: 60, each: 1, isDry: false)
        #expect(slow == 25)
    }

    @Test func `without a set rate its best second counts, beside pauses and after few had come`() {
        var estimate = RateEstimate(nil, at: begin)
        let few = run(&estimate, from: 0, seconds: 60, each: 5, isDry: true)
        #expect((4...6).contains(few))
        let start = begin + .seconds(60)
        for number in 0..<200 { estimate.passed(at: start + .milliseconds(number)) }
        let atFirst = estimate.perSecond(at: start + .milliseconds(500))
        #expect(atFirst >= 200)
        estimate.looked(isDry: false, at: start + .milliseconds(500))
        let paused = estimate.perSecond(at: start + .seconds(5))
        #expect(paused > 30)
    }

    @Test func `with a set rate it rises with what is taken`() {
        var estimate = RateEstimate(500, at: begin)
        let slow = run(&estimate, from: 0, seconds: 20, each: 30, isDry: false)
        #expect((29...32).contains(slow))
        let fast = run(&estimate, from: 20, seconds: 10, each: 400, isDry: true)
        #expect(fast == 400)
    }
}
