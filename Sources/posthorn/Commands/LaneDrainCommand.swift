import Lanes
import Runtime

enum LaneDrainCommand {
    private static let interval = Duration.milliseconds(500)

    static let command = Command(
        name: "lane drain", summary: "Pause lanes, and wait until nothing is in flight",
        about: """
            Pauses the lanes and waits until no sender has a notification of them in flight. Exits with 0 when all of them are
            drained, with 1 if that takes too long: they stay paused then. posthorn lane resume continues.
            """,
        operands: [
            .init(name: "LANE", summary: "a medium and a lane, such as email.bulk", isOptional: true, isRepeatable: true)
        ],
        options: [
            .init(name: "--all", value: nil, summary: "all lanes of all media"),
            .init(name: "--timeout", value: "TIME", summary: "how long to wait, such as 30s or 5m (60s)"),
        ],
        settings: [.broker, .database]
    ) { arguments in
        let names = try LaneOperands.lanes(arguments, of: "lane drain")
        let text = arguments["--timeout"] ?? "60s"
        guard let limit = Duration(text: text) else {
            throw UsageError("--timeout must be a duration such as 30s, 5m or 1h, not \"\(text)\"", command: "lane drain")
        }
        return try await LaneClient.connected { try await drain(names, within: limit, $0) }
    }

    private static func drain(_ names: [LaneName], within limit: Duration, _ client: LaneClient) async throws -> ExitCode {
        let deadline = ContinuousClock.now + limit
        var change = LaneSettingsStore.Change()
        change.flow = .pause
        var settings: [LaneName: LaneSettings] = [:]
        for name in names { settings[name] = try await client.store.change(name, change) }
        var answers = await client.announce()
        var shown: [String] = []
        while true {
            var consumers: [LaneName: Int] = [:]
            for name in names { consumers[name] = try await client.queues(of: name).consumers }
            let drain = LaneDrain(settings, answers, consumers: consumers)
            if drain.isDone {
                for name in names { Console.print("\(name) is drained: it is paused, and nothing is in flight") }
                return .success
            }
            if drain.lines != shown { for line in drain.lines { Console.note("\(line)\n") } }
            shown = drain.lines
            guard ContinuousClock.now < deadline else {
                let words = drain.open.keys.map(\.description).sorted().joined(separator: " ")
                Console.complain(
                    "not drained within \(limit): \(words); paused all the same. Wait longer: posthorn lane drain \(words) --timeout 5m"
                )
                return .failure
            }
            try await Task.sleep(for: interval)
            answers = await client.announce()
        }
    }
}
