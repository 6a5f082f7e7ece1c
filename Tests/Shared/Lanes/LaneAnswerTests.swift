import JSON
import Model
import Testing

@testable import Lanes

@Suite("Reports of lanes") struct LaneAnswerTests {
    @Test func `a report is read as it was sent`() throws {
        var settings = LaneSettings()
        (settings.consumers, settings.prefetch, settings.version) = (3, 100, 7)
        settings.flow = .paused(since: Timestamp(milliseconds: 1_700_000_000_123))
        let lanes = [
            LaneReport(
                LaneName(.email, .bulk), settings: settings, prefetch: 100, consumers: 0, leaving: 1, inFlight: 5,
                unacknowledged: 4,
                acknowledged: 1000, settled: 16_000,
                oldest: [.sparse: .notBefore(Timestamp(milliseconds: 5)), .burst: .exactly(Timestamp(milliseconds: 6))]),
            LaneReport(
                LaneName(.webhook, .priority), settings: LaneSettings(), prefetch: 64, consumers: 1, leaving: 0, inFlight: 0,
                unacknowledged: 0, acknowledged: 0, settled: 0, oldest: [.sparse: .unknown, .burst: .unknown]),
        ]
        let sent = LaneAnswer(lanes: lanes, breakers: [OpenBreakers(.webhook, count: 9, destinations: ["https://a.example"])])
        var fields = try FieldReader(JSON(parsing: JSON.object(sent.fields).encoded()))
        #expect(try LaneAnswer(reading: &fields) == sent)
    }

    @Test func `a lane is drained when it is paused and nothing is in flight or leaving`() {
        func report(paused: Bool, leaving: Int = 0, inFlight: Int = 0) -> LaneReport {
            var settings = LaneSettings()
            if paused { settings.flow = .paused(since: Timestamp(seconds: 1)) }
            return LaneReport(
                LaneName(.email, .bulk), settings: settings, prefetch: 1, consumers: 0, leaving: leaving, inFlight: inFlight,
                unacknowledged: 0, acknowledged: 0, settled: 0, oldest: [:])
        }
        #expect(report(paused: true).isDrained)
        #expect(!report(paused: false).isDrained)
        #expect(!report(paused: true, leaving: 1).isDrained)
        #expect(!report(paused: true, inFlight: 1).isDrained)
    }

    @Test(arguments: ["email", "email.slow", "Email.bulk", "email.bulk.burst", ""])
    func `a text that is not a medium and a lane is no name`(text: String) { #expect(LaneName(text) == nil) }
}
