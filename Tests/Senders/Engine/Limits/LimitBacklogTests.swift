import Testing

@testable import Senders

@Suite("The wait of those that are deferred because of a rate")
struct LimitBacklogTests {
    private let begin = ContinuousClock.now

    @Test func `each one's turn comes after those before it`() {
        var backlog = LimitBacklog(rate: 10, at: begin)
        let waits = (0..<100).map { _ in backlog.deferred(behind: 10, at: begin) }
        #expect(waits.first! > .seconds(1))
        #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 < $1 })
        #expect(waits.last! < .milliseconds(11_001))
    }

    @Test func `the turns of the past are over`() {
        var backlog = LimitBacklog(rate: 10, at: begin)
        for _ in 0..<100 { _ = backlog.deferred(behind: 0, at: begin) }
        #expect(backlog.deferred(behind: 0, at: begin + .seconds(60)) < .seconds(3))
    }

    @Test func `a lane that gets few tokens waits longer, and nobody longer than ten minutes`() {
        var backlog = LimitBacklog(rate: 100, at: begin)
        for number in 0..<30 { backlog.passed(at: begin + .milliseconds(number * 100)) }
        let now = begin + .seconds(3)
        #expect(backlog.deferred(behind: 10, at: now) > .milliseconds(800))
        for _ in 0..<100_000 { _ = backlog.deferred(behind: 0, at: now) }
        #expect(backlog.deferred(behind: 0, at: now) == .seconds(600))
    }
}
