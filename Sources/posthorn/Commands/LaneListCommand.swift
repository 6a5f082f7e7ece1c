enum LaneListCommand {
    static let command = Command(
        name: "lane list", summary: "Show what waits on each lane, and who works on it",
        about: """
            For each lane of each medium:

              STATE      active; paused, and draining while something is in flight; unserved where no sender consumes it;
                         changing while not all senders have applied a change
              WAITING    messages on its queues; a message carries up to 16 notifications
              OLDEST     how long ago the request of the oldest one was accepted; ≤ where only a bound is known
              IN/S       messages that arrived, OUT/S messages done, SETTLED/S notifications settled (sent, failed or put off)
              CONSUMERS  of each of its queues, in all sender processes; PREFETCH is what each of them works on
              CURSORS    large requests whose rest waits for room on the lane
              BREAKERS   destinations that are not called now

            In a narrow terminal the less important columns are left out. A question mark is for what is not known; if nobody can
            be asked what senders do, the exit code is 1.
            """,
        options: [
            .init(name: "--json", value: nil, summary: "one JSON document with all fields (docs/operations.md)"),
            .init(name: "--watch", value: nil, summary: "again every two seconds, until Ctrl-C"),
        ],
        settings: [.broker, .database]
    ) { arguments in
        var isComplete = false
        try await LaneClient.connected { client in
            var earlier = try await client.sample()
            try await Task.sleep(for: .seconds(1))
            repeat {
                let sample = try await client.sample()
                show(LaneOverview(sample, since: earlier), arguments)
                isComplete = sample.answers.completeness != .unknown
                earlier = sample
                if arguments.has("--watch") { try await Task.sleep(for: .seconds(2)) }
            } while arguments.has("--watch")
        }
        return isComplete ? .success : .failure
    }

    private static func show(_ overview: LaneOverview, _ arguments: Arguments) {
        if arguments.has("--json") {
            // One line for each document of a watch, so that a program can read them.
            let document = overview.document
            return arguments.has("--watch")
                ? Console.print(String(decoding: document.encoded(), as: UTF8.self)) : Console.write(document.prettyPrinted())
        }
        if arguments.has("--watch") {
            // The cursor to the top, and everything below it erased (ECMA-48, CUP and ED).
            Console.write(Console.outputIsTerminal ? "\u{1B}[H\u{1B}[J" : "\(overview.now)\n")
        }
        let width = Console.width
        for line in LaneTable.lines(overview.lanes, width: width) { Console.print(line) }
        let notes = LaneNotes.lines(overview)
        if !notes.isEmpty { Console.print("") }
        for note in notes { for line in LaneText.wrapped(note, width: width) { Console.print(line) } }
    }
}
