import Contract
import JSON
import Model
import Parking
import Topology

/// Commands that read parked messages and remove nothing.
enum ParkedCommands {
    static let list = Command(
        name: "parked list", summary: "List what is parked, by queue, service and reason",
        about: """
            Parked messages are copies of what was given up: notifications whose attempts all failed, requests that were
            rejected or expired, and messages that could not be processed. The list shows how many there are, how old
            they are and why; --each shows the messages.

            Reading removes nothing. While it lasts, another program does not see what is read.
            """,
        options: ParkedOptions.filters + [
            .init(name: "--each", value: nil, summary: "one line for each message, the oldest first"),
            .init(name: "--limit", value: "N", summary: "with --each: at most N messages (100)"),
            .init(name: "--json", value: nil, summary: "a JSON array; with --each one JSON document a line"),
        ],
        settings: [.broker]
    ) { arguments in
        let filter = try ParkedOptions.filter(arguments, for: "parked list")
        let limit = try ParkedOptions.number("--limit", arguments, default: 100, for: "parked list")
        if arguments.has("--limit"), !arguments.has("--each") { throw UsageError("--limit needs --each", command: "parked list") }
        let asJSON = arguments.has("--json")
        return try await ParkedSession.with(filter) { session in
            if arguments.has("--each") {
                try await ParkedList(session: session, limit: limit, asJSON: asJSON).run()
            } else {
                var summary = ParkedSummary()
                while let matches = try await session.queues.next() {
                    for match in matches { summary.add(match.copy, at: .now) }
                }
                if asJSON {
                    Console.write(summary.document.prettyPrinted())
                } else if summary.isEmpty {
                    Console.print(nothing(await session.queues.seen))
                } else {
                    for line in summary.lines(width: Console.columns) { Console.print(line) }
                }
            }
            await session.noteOtherReaders()
            return .success
        }
    }

    static let show = Command(
        name: "parked show", summary: "Show a parked message in full",
        about: """
            Shows why the message is parked, what it carries, to whom, and its body. It contains addresses: treat the
            output as personal data. Nothing is removed.
            """,
        operands: [
            .init(name: "ID", summary: "of the message, as parked list --each shows it, or of its notification or request")
        ],
        options: [
            ParkedOptions.filters[0],
            .init(name: "--json", value: nil, summary: "as JSON, with the whole body"),
        ],
        settings: [.broker]
    ) { arguments in
        let filter = try ParkedOptions.filter(arguments, for: "parked show")
        return try await ParkedSession.with(filter) { session in
            guard let copy = try await session.queues.next()?.first?.copy else {
                throw ToolError.noSuchParked(arguments.operands)
            }
            if arguments.has("--json") {
                Console.write(copy.document(at: .now, withBody: true).prettyPrinted())
            } else {
                Console.print(copy.description(at: .now))
            }
            return .success
        }
    }

    /// What to say where no message meets the filter.
    static func nothing(_ seen: [ParkedQueues.Seen]) -> String {
        let all = seen.reduce(0) { $0 + $1.depth }
        guard all > 0 else { return seen.count == ParkedReason.allCases.count ? "nothing is parked" : "nothing is parked there" }
        return "none of the \(Amounts.count(all, "parked message")) matches"
    }
}
