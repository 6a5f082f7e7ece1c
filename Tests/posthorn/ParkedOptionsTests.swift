import Model
import Parking
import Testing
import Topology

@testable import posthorn

@Suite("The options of the parked commands")
struct ParkedOptionsTests {
    private func filter(_ words: String...) throws -> ParkedFilter {
        let command = ParkedReplayCommand.command
        return try ParkedOptions.filter(try Arguments(words, for: command), for: command.name)
    }

    @Test func `each option sets its condition`() throws {
        let filter = try filter(
            "--queue", "poison", "--queue=parked.expired", "--service", "shop", "--medium", "email", "--reason", "HTTP",
            "--older-than",
            "7d",
            "--newer-than", "90m", "--provider", "ses", "018BCFE5-687B-8abc-8def-0123456789ab")
        #expect(filter.queues == [.poison, .expired] && filter.tenant?.text == "shop" && filter.medium == .email)
        #expect(
            filter.why == "HTTP" && filter.provider == "ses" && filter.olderThan == .seconds(604_800)
                && filter.newerThan == .seconds(5400))
        #expect(filter.ids == ["018bcfe5-687b-8abc-8def-0123456789ab"])
    }

    @Test func `without options everything is meant`() throws {
        let filter = try filter()
        #expect(filter.queues == ParkedReason.allCases && filter.ids.isEmpty)
    }

    @Test(arguments: [
        (["--queue", "rejectd"], "there is no queue parked.rejectd; did you mean rejected?"),
        (["--medium", "fax"], "--medium must be one of email, webhook, not \"fax\""),
        (["--older-than", "yesterday"], "--older-than must be an age such as 30m, 12h or 7d, not \"yesterday\""),
        (["--rate", "0"], "--rate must be a whole number from 1 on, not \"0\""),
    ])
    func `a wrong value is named`(words: [String], problem: String) throws {
        let command = ParkedReplayCommand.command
        let arguments = try Arguments(words, for: command)
        let error = #expect(throws: UsageError.self) {
            _ = try ParkedOptions.filter(arguments, for: command.name)
            _ = try ParkedOptions.number("--rate", arguments, default: 1, for: command.name)
        }
        #expect(error?.description == problem + "\nsee posthorn parked replay --help")
    }

    @Test func `any number of ids is accepted, and one command takes exactly one`() throws {
        #expect(try Arguments([], for: ParkedReplayCommand.command).operands == [])
        #expect(try Arguments(["a", "b"], for: ParkedReplayCommand.command).operands == ["a", "b"])
        #expect(throws: UsageError.self) { try Arguments([], for: ParkedCommands.show) }
        #expect(throws: UsageError.self) { try Arguments(["a", "b"], for: ParkedCommands.show) }
    }
}
