import Testing

@testable import Control

@Suite("A question waits for everybody who is there, and no longer")
struct QuestionScheduleTests {
    private let start = ContinuousClock.now

    private func schedule() -> QuestionSchedule { QuestionSchedule(from: start, within: .seconds(2)) }

    @Test func `it is published first, then repeated while answers are missing`() {
        var schedule = schedule()
        let open = QuestionSchedule.Progress(answers: 1, missing: 1, settlesAt: start)
        #expect(schedule.next(at: start, open) == .send)
        #expect(schedule.next(at: start, open) == .wait(until: start + .milliseconds(500)))
        #expect(schedule.next(at: start + .milliseconds(500), open) == .send)
        #expect(schedule.next(at: start + .seconds(2), open) == .end(.missing(1)))
    }

    @Test func `it ends as soon as all that are there have answered`() {
        var schedule = schedule()
        let all = QuestionSchedule.Progress(answers: 2, missing: 0, settlesAt: start)
        // Even if everybody is known it is published once.
        #expect(schedule.next(at: start, all) == .send)
        #expect(schedule.next(at: start + .milliseconds(3), all) == .end(.complete))
    }

    @Test func `if nobody is known, one that has just started has time to answer`() {
        var schedule = schedule()
        let none = QuestionSchedule.Progress(answers: 0, missing: 0, settlesAt: start)
        #expect(schedule.next(at: start, none) == .send)
        #expect(schedule.next(at: start + .milliseconds(1), none) == .wait(until: start + .milliseconds(500)))
        #expect(schedule.next(at: start + .seconds(1), none) == .end(.complete))
    }

    @Test func `it is not complete before it is known who is there`() {
        var schedule = schedule()
        var progress = QuestionSchedule.Progress(answers: 1, missing: 0, settlesAt: start + .milliseconds(200))
        #expect(schedule.next(at: start, progress) == .send)
        #expect(schedule.next(at: start, progress) == .wait(until: start + .milliseconds(200)))
        #expect(schedule.next(at: start + .milliseconds(200), progress) == .end(.complete))
        progress.settlesAt = nil
        var other = self.schedule()
        #expect(other.next(at: start, progress) == .send)
        #expect(other.next(at: start + .seconds(2), progress) == .end(.unknown))
    }
}
