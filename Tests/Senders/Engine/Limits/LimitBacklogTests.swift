import Testing

@testable import Senders

@Suite("The wait of those that are deferred because of a rate")
struct LimitBacklogTests {
    private let begin = ContinuousClock.now

    private func waits(_ count: Int, in backlog: inout LimitBacklog, behind: Int = 0, at now: ContinuousClock.Instant) -> [Duration] {
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

    @Test func `a lane that gets few tokens waits longer, and nobody longer than ten minutes`() {
        var backlog = LimitBacklog(rate: 100, at: begin)
        for number in 0..<30 { backlog.passed(at: begin + .milliseconds(number * 100)) }
        let now = begin + .seconds(3)
        let (few, many) = (waits(200, in: &backlog, at: now).last!, waits(100_000, in: &backlog, at: now).last!)
        #expect(few > .seconds(9))
        #expect(many == .seconds(590))
    }

    @Test func `an account without a rate has the one at which it takes notifications, while it takes any`() {
        var backlog = LimitBacklog(rate: nil, at: begin)
        let atFirst = backlog.isMoving(at: begin)
        #expect(!atFirst)
        for number in 0..<100 { backlog.passed(at: begin + .milliseconds(number * 50)) }
        let now = begin + .seconds(5)
        let (isMoving, last) = (backlog.isMoving(at: now), waits(1000, in: &backlog, at: now).last!)
        #expect(isMoving)
        #expect((39...41).contains(last / .seconds(1)))
        let atLast = backlog.isMoving(at: now + .seconds(10))
        #expect(!atLast)
    }
}
