import Model
import Runtime
import Testing
import Topology

@testable import Senders

@Suite("A retry schedule")
struct RetryScheduleTests {
    private let patient = RetrySchedule.standard(for: .normal)
    private let urgent = RetrySchedule.standard(for: .priority)

    private func waits(_ schedule: RetrySchedule, _ attempts: ClosedRange<Int>) -> [Duration?] {
        attempts.map { schedule.wait(afterAttempt: $0, draw: 0.5) }
    }

    @Test func `the standard has each step once between seven attempts`() {
        #expect(waits(patient, 1...6) == RetryDelay.allCases.map(\.duration))
        #expect(waits(patient, 7...8) == [nil, nil])
    }

    @Test func `on the priority lane seven attempts are over in about a quarter of an hour`() {
        let waits = waits(urgent, 1...7).compactMap { $0 }
        #expect(waits.count == 6)
        #expect(waits.reduce(.zero, +) == .seconds(905))
        #expect(urgent.maximumAge < patient.maximumAge)
    }

    @Test func `the standard defers for about five hours, every ten minutes in the end`() {
        let delays = (0..<36).compactMap { patient.wait(afterDeferrals: $0, draw: 0.5) }
        #expect(delays.count == 36)
        #expect(Array(delays.prefix(6)) == [5, 5, 30, 30, 120, 120].map { Duration.seconds($0) })
        #expect(delays.dropFirst(6).allSatisfy { $0 == .seconds(600) })
        #expect(patient.wait(afterDeferrals: 36, draw: 0.5) == nil)
        #expect(delays.reduce(.zero, +) == .seconds(18_310))
    }

    @Test func `no deferral waits longer than its delay`() {
        for count in 0..<36 {
            let waits = stride(from: 0.0, to: 1.0, by: 0.01).compactMap { patient.wait(afterDeferrals: count, draw: $0) }
            #expect(waits.max() == patient.wait(afterDeferrals: count, draw: 0.5))
        }
    }

    @Test func `the last delay is repeated until the attempts are spent`() {
        let schedule = RetrySchedule(
            retryDelays: [.fiveSeconds, .twoMinutes], maximumAttempts: 5, maximumAge: .seconds(3600),
            deferralDelays: [.tenMinutes], maximumDeferrals: 0)
        #expect(waits(schedule, 1...5) == [.seconds(5), .seconds(120), .seconds(120), .seconds(120), nil])
        #expect(schedule.wait(afterDeferrals: 0, draw: 0) == nil)
    }

    @Test func `a schedule of one attempt repeats nothing`() {
        var once = patient
        once.maximumAttempts = 1
        #expect(once.wait(afterAttempt: 1, draw: 0.5) == nil)
    }

    @Test func `a number that no sender gives has the first delay`() {
        #expect(patient.wait(afterAttempt: 0, draw: 0.5) == .seconds(5))
        #expect(patient.wait(afterDeferrals: -1, draw: 0.5) == .seconds(5))
    }

    @Test func `jitter takes the neighbours that there are, and on the priority lane only shorter ones`() {
        let jitter = Jitter(shorter: 0.25, longer: 0.25)
        func applied(_ delay: RetryDelay) -> [RetryDelay] {
            [0, 0.24, 0.26, 0.74, 0.75, 0.99].map { jitter.applied(to: delay, draw: $0) }
        }
        #expect(applied(.twoMinutes) == [.thirtySeconds, .thirtySeconds, .twoMinutes, .twoMinutes, .tenMinutes, .tenMinutes])
        #expect(applied(.fiveSeconds).prefix(2) == [.fiveSeconds, .fiveSeconds])
        #expect(applied(.fourHours).suffix(2) == [.fourHours, .fourHours])
        let draws = stride(from: 0.0, to: 1.0, by: 0.01)
        #expect(draws.allSatisfy { urgent.wait(afterAttempt: 4, draw: $0)! <= .seconds(120) })
        #expect(Set(draws.map { patient.wait(afterAttempt: 4, draw: $0) }).count == 3)
    }

    @Test(arguments: [1, 6, 31, 61, 90, 299, 601, 660, 1801, 3601, 10_800, 14_399, 14_400])
    func `any wait is kept, with less than the shortest delay on top`(seconds: Int) {
        let asked = Duration.seconds(seconds)
        var (waited, parts) = (Duration.zero, 0)
        while waited < asked, parts < 30 {
            waited += RetryDelay(within: asked - waited).duration
            parts += 1
        }
        #expect(waited >= asked)
        #expect(waited < asked + RetryDelay.fiveSeconds.duration)
        #expect(parts <= 21)
    }

    @Test func `the operator's limits replace those of every medium's schedule`() throws {
        var reader = try SettingsReader(environment: [
            "POSTHORN_SENDER_RETRY_ATTEMPTS_BULK": "3", "POSTHORN_SENDER_RETRY_AGE_PRIORITY": "10m",
        ])
        let (bulk, priority) = (RetryLimits(&reader, lane: .bulk), RetryLimits(&reader, lane: .priority))
        try reader.finish()
        #expect(patient.limited(by: bulk).maximumAttempts == 3)
        #expect(patient.limited(by: bulk).maximumAge == patient.maximumAge)
        #expect(urgent.limited(by: priority).maximumAge == .seconds(600))
        #expect(urgent.limited(by: priority).maximumAttempts == urgent.maximumAttempts)
    }
}
