import Control
import Lanes
import Model
import Testing

@testable import posthorn

@Suite("A lane in lane list") struct LaneRowTests {
    private typealias Samples = LaneSamples

    private func row(_ sample: LaneSample, since earlier: LaneSample? = nil) -> LaneRow {
        LaneRow(Samples.bulk, sample, since: earlier)
    }

    @Test func `is active if every sender has applied its settings`() {
        let settings = Samples.settings(consumers: 2, version: 3)
        #expect(row(Samples.sample([Samples.report(settings, consumers: 2)], settings: settings)).state == .active)
        #expect(row(Samples.sample([Samples.report(settings, consumers: 1)], settings: settings)).state == .changing)
        #expect(row(Samples.sample([Samples.report(consumers: 2)], settings: settings)).state == .changing)
    }

    @Test func `is paused if nothing is in flight and nobody consumes it, else it is draining`() {
        let paused = Samples.settings(paused: true, version: 1)
        #expect(row(Samples.sample([], settings: paused)).state == .paused(since: Samples.now))
        #expect(
            row(Samples.sample([Samples.report(paused, consumers: 0)], settings: paused)).state == .paused(since: Samples.now))
        #expect(row(Samples.sample([Samples.report(paused, consumers: 0, leaving: 1)], settings: paused)).state == .draining)
        #expect(row(Samples.sample([Samples.report(consumers: 1)], settings: paused)).state == .draining)
        // A process that does not answer still has its queue consumers.
        #expect(row(Samples.sample([], consumers: 2, settings: paused)).state == .draining)
    }

    @Test func `is unserved without a sender`() {
        #expect(row(Samples.sample([])).state == .unserved)
        #expect(row(Samples.sample([], consumers: 2)).unexplained == 2)
    }

    @Test func `has rates only between two samples of the same processes`() {
        let before = Samples.sample([Samples.report(unacknowledged: 10, acknowledged: 100, settled: 1000)], waiting: 50)
        let after = Samples.sample(
            [Samples.report(unacknowledged: 20, acknowledged: 140, settled: 1640)], waiting: 40, after: .seconds(2))
        #expect(row(after, since: before).rates == LaneRow.Rates(arrived: 20, acknowledged: 20, settled: 320))
        #expect(row(after).rates == nil)
        let another = Samples.sample([Samples.report(), Samples.report()], after: .seconds(2))
        #expect(row(another, since: before).rates == nil)
    }

    @Test func `knows the age of what waits as well as the senders do`() {
        func oldest(_ known: [LaneReport.Oldest], waiting: Int = 1) -> LaneRow.Oldest {
            row(Samples.sample(known.map { Samples.report(oldest: [.burst: $0, .sparse: .unknown]) }, waiting: waiting)).oldest
        }
        let (early, late) = (Timestamp(seconds: 1_799_999_000), Timestamp(seconds: 1_799_999_990))
        #expect(oldest([.notBefore(early)], waiting: 0) == .nothingWaits)
        #expect(oldest([.notBefore(early), .notBefore(late)]) == .atMost(.seconds(10)))
        #expect(oldest([.exactly(early), .notBefore(late)]) == .exactly(.seconds(1000)))
        #expect(oldest([.exactly(late), .exactly(early)]) == .exactly(.seconds(1000)))
        #expect(oldest([.unknown]) == .unknown)
        #expect(oldest([]) == .unknown)
    }

    @Test func `uses what the senders know while the database is away`() {
        let paused = Samples.settings(paused: true, version: 4)
        var sample = Samples.sample([Samples.report(paused, consumers: 0)])
        sample.settings = nil
        #expect(row(sample).state == .paused(since: Samples.now))
    }
}
