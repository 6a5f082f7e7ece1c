import Testing
import Topology

@testable import Senders

@Suite("A retry schedule")
struct RetryScheduleTests {
    private let standard = RetrySchedule.standard

    @Test func `the standard has each step once between seven attempts`() {
        #expect((1...6).map { standard.delay(afterAttempt: $0) } == RetryDelay.allCases)
        #expect(standard.delay(afterAttempt: 7) == nil)
        #expect(standard.delay(afterAttempt: 8) == nil)
    }

    @Test func `the standard defers for about five hours, every ten minutes in the end`() {
        let delays = (0..<36).compactMap { standard.delay(afterDeferrals: $0) }
        #expect(delays.count == 36)
        #expect(delays.prefix(6) == [.fiveSeconds, .fiveSeconds, .thirtySeconds, .thirtySeconds, .twoMinutes, .twoMinutes])
        #expect(delays.dropFirst(6).allSatisfy { $0 == .tenMinutes })
        #expect(standard.delay(afterDeferrals: 36) == nil)
        let total: Duration = delays.map(\.duration).reduce(.zero, +)
        #expect(total == .seconds(18_310))
    }

    @Test func `the last delay is repeated until the attempts are spent`() {
        let schedule = RetrySchedule(
            retryDelays: [.fiveSeconds, .twoMinutes], maximumAttempts: 5, deferralDelays: [.tenMinutes], maximumDeferrals: 0)
        #expect((1...5).map { schedule.delay(afterAttempt: $0) } == [.fiveSeconds, .twoMinutes, .twoMinutes, .twoMinutes, nil])
        #expect(schedule.delay(afterDeferrals: 0) == nil)
    }

    @Test func `a schedule of one attempt repeats nothing`() {
        let once = RetrySchedule(
            retryDelays: [.fiveSeconds], maximumAttempts: 1, deferralDelays: [.fiveSeconds], maximumDeferrals: 3)
        #expect(once.delay(afterAttempt: 1) == nil)
    }

    @Test func `a number that no sender gives has the first delay`() {
        #expect(standard.delay(afterAttempt: 0) == .fiveSeconds)
        #expect(standard.delay(afterDeferrals: -1) == .fiveSeconds)
    }
}
