import Parking

enum ParkedDropCommand {
    static let command = Command(
        name: "parked drop", summary: "Remove parked messages",
        about: """
            Removes the messages for good. The record of what became final is not changed: only the copies are removed.
            Without an ID or a filter it removes everything that is parked. On a terminal it asks first; otherwise it
            needs --yes.
            """,
        operands: [
            .init(
                name: "ID", summary: "of a message, a notification or a request; without one, all that match", isOptional: true,
                isRepeatable: true)
        ],
        options: ParkedOptions.filters + [
            .init(name: "--limit", value: "N", summary: "at most N messages"),
            .init(name: "--dry-run", value: nil, summary: "only say what would be removed"),
            .init(name: "--yes", value: nil, summary: "do not ask"),
        ],
        settings: [.broker]
    ) { arguments in
        let filter = try ParkedOptions.filter(arguments, for: "parked drop")
        let limit = try ParkedOptions.number("--limit", arguments, default: .max, for: "parked drop")
        let isDry = arguments.has("--dry-run")
        guard isDry || arguments.has("--yes") || Console.inputIsTerminal else {
            throw UsageError("nobody can be asked here; give --yes to remove messages, or --dry-run", command: "parked drop")
        }
        return try await ParkedSession.with(filter) { session in
            var summary = ParkedSummary()
            var tickets: [ParkedQueues.Ticket] = []
            while tickets.count < limit, let matches = try await session.queues.next() {
                for match in matches.prefix(limit - tickets.count) {
                    summary.add(match.copy, at: .now)
                    tickets.append(match.ticket)
                }
            }
            guard !tickets.isEmpty else {
                if !filter.ids.isEmpty { throw ToolError.noSuchParked(arguments.operands) }
                Console.print(ParkedCommands.nothing(await session.queues.seen))
                return .success
            }
            for line in summary.lines(width: Console.columns) { Console.print(line) }
            let count = Amounts.count(tickets.count, "message")
            if isDry {
                Console.print("would remove \(count)")
                return .success
            }
            if !arguments.has("--yes"), await !Console.confirms("remove \(count) for good?") {
                Console.print("nothing was removed")
                return .failure
            }
            await session.queues.acknowledge(tickets)
            Console.print("removed \(count)")
            return .success
        }
    }
}
