import Control
import Lanes
import Model
import Testing

@testable import posthorn

@Suite("What lane list prints") struct LaneTextTests {
    private func overview(_ sample: LaneSample) -> LaneOverview { LaneOverview(sample, since: nil) }

    @Test(arguments: [40, 80, 120, 200])
    func `fits the width, and keeps the most important columns`(width: Int) {
        let busy = LaneSamples.sample(
            [LaneSamples.report(inFlight: 12_345, unacknowledged: 1234, oldest: [.burst: .exactly(Timestamp(seconds: 1))])],
            waiting: 1_234_567)
        let lines = LaneTable.lines(overview(busy).lanes, width: width)
        #expect(lines.count == 7)
        #expect(lines.allSatisfy { $0.count <= width })
        #expect(lines[0].hasPrefix("LANE"))
        #expect(lines[0].contains("STATE"))
        if width >= 80 { #expect(lines[3].contains("1,234,567")) }
        #expect(lines[0].contains("PREFETCH") == (width >= 120))
        #expect(lines[0].contains("CURSORS") == (width >= 200))
    }

    @Test func `says what to do if no sender is running, and wraps it`() {
        let notes = LaneNotes.lines(overview(LaneSamples.sample([])))
        #expect(notes.first == "no sender is running; start one: posthorn sender")
        #expect(LaneText.wrapped("one two three", width: 8) == ["one two", "  three"])
    }

    @Test func `says how to resume a paused lane, and who did not answer`() {
        let paused = LaneSamples.settings(paused: true, version: 1)
        let notes = LaneNotes.lines(overview(LaneSamples.sample([], settings: paused, .missing(2))))
        #expect(notes.contains("2 sender processes did not answer; what they do is not shown"))
        #expect(notes.contains { $0.hasSuffix("resume it: posthorn lane resume email.bulk") })
    }

    @Test func `shows numbers and times as people read them`() {
        #expect(LaneText.rate(nil) == "-")
        #expect(LaneText.rate(0) == "0")
        #expect(LaneText.rate(3.44) == "3.4")
        #expect(LaneText.rate(1234.6) == "1,235")
    }

    @Test func `what nobody has reported is not shown as 0`() {
        let unknown = overview(LaneSamples.sample([], waiting: 7, .unknown))
        let bulk = LaneTable.lines(unknown.lanes, width: 200)[3].split(separator: " ")
        #expect(bulk.count { $0 == "?" } >= 5)
        let document = unknown.document["lanes"]?.arrayValue?.first { $0["lane"] == "email.bulk" }
        for field in ["processes", "consumers", "unacknowledged", "in_flight", "breakers_open"] {
            #expect(document?[field] == .null)
        }
        let nobody = overview(LaneSamples.sample([])).document["lanes"]?.arrayValue?.first { $0["lane"] == "email.bulk" }
        #expect(nobody?["processes"] == 0)
    }

    @Test func `as JSON has null where something is not known`() {
        let document = overview(LaneSamples.sample([LaneSamples.report()], .unknown)).document
        #expect(document["answers"]?["complete"] == .bool(false))
        #expect(document["answers"]?["missing"] == .null)
        let bulk = document["lanes"]?.arrayValue?.first { $0["lane"] == "email.bulk" }
        #expect(bulk?["state"] == "active")
        #expect(bulk?["oldest"] == "nothing-waits")
        #expect(bulk?["oldest_seconds"] == .null)
        #expect(bulk?["messages_in_per_second"] == .null)
        #expect(bulk?["prefetch"] == 512)
    }
}
