import Runtime
import Testing

@testable import Database

@Suite struct OutageTests {
    private let start = ContinuousClock.now

    private func outage() -> Outage { Outage(backOff: BackOff(initial: .seconds(1), limit: .seconds(2), jitter: { 0 })) }

    @Test func returnsTheReasonUntilTheNextTryIsDue() {
        var outage = outage()
        #expect(outage.reason(at: start) == nil)
        #expect(outage.began("gone", at: start) == .seconds(1))
        #expect(outage.reason(at: start + .milliseconds(999)) == "gone")
        #expect(outage.reason(at: start + .seconds(1)) == nil)
    }

    @Test func concurrentFailuresCountAsOneAndLaterOnesWaitLonger() {
        var outage = outage()
        #expect(outage.began("gone", at: start) == .seconds(1))
        #expect(outage.began("gone", at: start + .milliseconds(10)) == nil)
        #expect(outage.began("gone", at: start + .seconds(1)) == .seconds(2))
        #expect(outage.began("gone", at: start + .seconds(3)) == .seconds(2))
    }

    @Test func aSuccessEndsTheOutage() {
        var outage = outage()
        _ = outage.began("gone", at: start)
        outage.ended()
        #expect(outage.reason(at: start) == nil)
        #expect(outage.began("gone", at: start) == .seconds(1))
    }
}
