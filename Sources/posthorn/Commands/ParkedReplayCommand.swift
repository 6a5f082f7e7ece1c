import Parking
import Runtime

enum ParkedReplayCommand {
    static let command = Command(
        name: "parked replay", summary: "Try parked messages again",
        about: """
            Publishes the messages again: a notification as a new attempt, a request as it was. Each is removed from its
            parked queue when the broker has confirmed it, so the command may be stopped and repeated at any time; a
            sender looks a notification up before it sends it. What was delivered meanwhile is not sent again.

            Without an ID or a filter it replays everything that is parked. Look first: --dry-run.
            """,
        operands: [
            .init(
                name: "ID", summary: "of a message, a notification or a request; without one, all that match", isOptional: true,
                isRepeatable: true)
        ],
        options: ParkedOptions.filters + [
            .init(name: "--rate", value: "N", summary: "at most N messages a second (100)"),
            .init(name: "--limit", value: "N", summary: "at most N messages"),
            .init(name: "--dry-run", value: nil, summary: "only say what would be replayed, and what cannot be"),
        ],
        settings: [.broker]
    ) { arguments in
        let filter = try ParkedOptions.filter(arguments, for: "parked replay")
        let rate = try ParkedOptions.number("--rate", arguments, default: 100, for: "parked replay")
        let limit = try ParkedOptions.number("--limit", arguments, default: .max, for: "parked replay")
        let isDry = arguments.has("--dry-run")
        return try await ParkedSession.with(filter) { session in
            let progress = ReplayProgress(isTerminal: Console.errorIsTerminal)
            let run = ReplayRun(
                queues: session.queues, replayer: Replayer(publisher: session.publisher), user: session.user, rate: rate,
                limit: limit, isDry: isDry, report: { progress.show($0, of: $1) })
            let work = Task { try await run.run() }
            // After the first signal the group in progress is finished.
            let stop = Task {
                await StopSignal.wait()
                work.cancel()
            }
            defer { stop.cancel() }
            let tally = try await work.value
            progress.clear()
            guard tally.count > 0 || work.isCancelled else {
                if !filter.ids.isEmpty { throw ToolError.noSuchParked(arguments.operands) }
                Console.print(ParkedCommands.nothing(await session.queues.seen))
                return .success
            }
            for line in tally.lines(isDry ? "would replay" : "replayed", seconds: isDry ? nil : progress.seconds) {
                Console.print(line)
            }
            if work.isCancelled { Console.note("stopped; the rest is still parked\n") }
            await session.noteOtherReaders()
            return tally.kept == 0 && !work.isCancelled ? .success : .failure
        }
    }
}
