import Control
import Lanes
import Model
import Testing

@testable import posthorn

@Suite("What the commands say of a change") struct LaneChangeTests {
    private let changed = LaneSamples.settings(consumers: 2, version: 5)

    private func outcome(_ reports: [LaneReport], _ completeness: Completeness = .complete) -> LaneConfirmation.Outcome {
        LaneConfirmation(of: LaneSamples.bulk, changed, by: LaneSamples.answers(reports, completeness)).outcome
    }

    @Test func `a change is confirmed by those that have applied it`() {
        let (applied, old) = (LaneSamples.report(changed, consumers: 2), LaneSamples.report(consumers: 1))
        #expect(outcome([applied, applied]) == .all(2))
        #expect(outcome([applied, old]) == .some(1, of: 2))
        // It knows the settings, and a consumer could not start yet.
        #expect(outcome([LaneSamples.report(changed, consumers: 1)]) == .some(0, of: 1))
        #expect(outcome([applied], .missing(2)) == .some(1, of: 3))
        #expect(outcome([applied], .unknown) == .unknown(1))
        #expect(outcome([]) == .nobody)
    }

    @Test func `a lane is drained when all have confirmed the pause and nothing is in flight`() {
        let paused = LaneSamples.settings(paused: true, version: 5)
        func drain(_ reports: [LaneReport], _ completeness: Completeness = .complete, consumers: Int = 0) -> LaneDrain {
            LaneDrain(
                [LaneSamples.bulk: paused], LaneSamples.answers(reports, completeness), consumers: [LaneSamples.bulk: consumers])
        }
        let done = LaneSamples.report(paused, consumers: 0)
        #expect(drain([done, done]).isDone)
        #expect(drain([]).isDone)
        #expect(
            drain([done, LaneSamples.report(paused, consumers: 0, leaving: 1, inFlight: 3)]).open == [
                LaneSamples.bulk: .inFlight(3, processes: 1)
            ])
        #expect(drain([done], .missing(1)).open == [LaneSamples.bulk: .unconfirmed])
        #expect(drain([done], .unknown).open == [LaneSamples.bulk: .unconfirmed])
        // A process that hangs has not answered, and still has its queue consumers.
        #expect(drain([done], consumers: 2).open == [LaneSamples.bulk: .unconfirmed])
        #expect(!drain([LaneSamples.report(consumers: 1)]).isDone)
    }

    @Test(arguments: [
        (["--consumers", "0"], "from 1 to 32"), (["--consumers", "x"], "from 1 to 32"),
        (["--prefetch", "99999"], "from 1 to 10000"),
        ([], "nothing to change"),
    ])
    func `a wrong number is refused with the option's name`(options: [String], problem: String) throws {
        let arguments = try Arguments(["email.bulk"] + options, for: LaneCommands.scale)
        let error = try #require(throws: UsageError.self) { try LaneScale.change(arguments) }
        #expect(error.description.contains(problem))
    }

    @Test func `a lane that does not exist is refused with the one that was meant`() throws {
        let error = try #require(throws: UsageError.self) { try LaneOperands.lane("emial.bulk", of: "lane pause") }
        #expect(error.description.contains("did you mean email.bulk?"))
    }

    @Test func `lanes are named one by one or all together`() throws {
        func lanes(_ words: [String]) throws -> [LaneName] {
            try LaneOperands.lanes(try Arguments(words, for: LaneCommands.pause), of: "lane pause")
        }
        #expect(
            try lanes(["email.bulk", "webhook.normal", "email.bulk"]) == [LaneName(.email, .bulk), LaneName(.webhook, .normal)])
        #expect(try lanes(["--all"]).count == 6)
        #expect(throws: UsageError.self) { try lanes([]) }
        #expect(throws: UsageError.self) { try lanes(["email.bulk", "--all"]) }
    }
}
