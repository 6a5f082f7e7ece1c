import Testing

@testable import Recorder

@Suite struct FlushScheduleTests {
    private typealias Schedule = FlushSchedule<Int>

    private func words(_ actions: [Schedule.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .startTimer(let number): "timer \(number)"
            case .flush(let batch): "flush \(batch)"
            case .finish: "finish"
            }
        }
    }

    @Test func aBatchIsSavedAtItsCount() {
        var schedule = Schedule(countLimit: 3, messageLimit: 100, flushLimit: 2)
        #expect(words(schedule.add(1, weight: 1)) == ["timer 1"])
        #expect(words(schedule.add(2, weight: 1)) == [])
        #expect(words(schedule.add(3, weight: 1)) == ["flush [1, 2, 3]"])
        #expect(words(schedule.add(4, weight: 1)) == ["timer 2"])
    }

    @Test func aBatchIsSavedAtItsAge() {
        var schedule = Schedule(countLimit: 100, messageLimit: 100, flushLimit: 2)
        _ = schedule.add(1, weight: 1)
        _ = schedule.add(2, weight: 1)
        #expect(words(schedule.isDue(1)) == ["flush [1, 2]"])
        #expect(words(schedule.isDue(1)) == [])
    }

    @Test func aTimerWhoseMessagesAreSavedAlreadyIsIgnored() {
        var schedule = Schedule(countLimit: 2, messageLimit: 100, flushLimit: 2)
        _ = schedule.add(1, weight: 1)
        _ = schedule.add(2, weight: 1)
        #expect(words(schedule.add(3, weight: 1)) == ["timer 2"])
        #expect(words(schedule.isDue(1)) == [])
        #expect(words(schedule.isDue(2)) == ["flush [3]"])
    }

    @Test func messagesOfFewEventsAreSavedAtTheMessageLimit() {
        var schedule = Schedule(countLimit: 1000, messageLimit: 2, flushLimit: 2)
        _ = schedule.add(1, weight: 1)
        #expect(words(schedule.add(2, weight: 1)) == ["flush [1, 2]"])
    }

    @Test func noMoreBatchesThanAllowedAreSavedAtTheSameTimeAndTheNextBatchGrows() {
        var schedule = Schedule(countLimit: 2, messageLimit: 100, flushLimit: 1)
        #expect(words(schedule.add(1, weight: 2)) == ["flush [1]"])
        for message in 2...4 { _ = schedule.add(message, weight: 1) }
        #expect(words(schedule.flushed()) == ["flush [2, 3, 4]"])
        #expect(words(schedule.flushed()) == [])
    }

    @Test func aBatchHoldsAtMostTwiceTheCountUnlessOneMessageWeighsMore() {
        var schedule = Schedule(countLimit: 2, messageLimit: 100, flushLimit: 1)
        _ = schedule.add(1, weight: 9)
        for message in 2...7 { _ = schedule.add(message, weight: 1) }
        #expect(words(schedule.flushed()) == ["flush [2, 3, 4, 5]"])
        #expect(words(schedule.flushed()) == ["flush [6, 7]"])
    }

    @Test func aBatchThatIsNotDueWhenAFlushEndsWaitsForItsTimer() {
        var schedule = Schedule(countLimit: 2, messageLimit: 100, flushLimit: 1)
        _ = schedule.add(1, weight: 2)
        #expect(words(schedule.add(2, weight: 1)) == ["timer 1"])
        #expect(words(schedule.flushed()) == [])
        #expect(words(schedule.isDue(1)) == ["flush [2]"])
    }

    @Test func aBatchThatBecameDueDuringAFlushIsSavedWhenTheFlushEnds() {
        var schedule = Schedule(countLimit: 2, messageLimit: 100, flushLimit: 1)
        _ = schedule.add(1, weight: 2)
        _ = schedule.add(2, weight: 1)
        #expect(words(schedule.isDue(1)) == [])
        #expect(words(schedule.flushed()) == ["flush [2]"])
    }

    @Test func finishSavesTheRestAndWaitsForIt() {
        var schedule = Schedule(countLimit: 100, messageLimit: 100, flushLimit: 2)
        _ = schedule.add(1, weight: 1)
        #expect(words(schedule.finish()) == ["flush [1]"])
        #expect(words(schedule.flushed()) == ["finish"])
    }

    @Test func finishWithoutMessagesFinishesAtOnce() {
        var schedule = Schedule(countLimit: 100, messageLimit: 100, flushLimit: 2)
        #expect(words(schedule.finish()) == ["finish"])
    }
}
