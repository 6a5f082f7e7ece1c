import Lanes

/// The commands that change lanes while senders run.
enum LaneCommands {
    private static let lanes = Command.Operand(
        name: "LANE", summary: "a medium and a lane, such as email.bulk", isOptional: true, isRepeatable: true)
    private static let all = Command.Option(name: "--all", value: nil, summary: "all lanes of all media")

    static let scale = Command(
        name: "lane scale", summary: "Set how many consumers a lane has, and how much each works on",
        about: """
            Changes a lane in all sender processes while they run, and in those that start later. Nothing is lost or repeated: a
            consumer that is no longer needed finishes what it has received.

            Each sender process has N consumers of each of the lane's queues. Each works on PREFETCH notifications of bursts at
            the same time, and on a quarter as many others (on priority lanes twice as many). All of that may be sent twice if
            the process is killed.
            """,
        operands: [.init(name: "LANE", summary: "a medium and a lane, such as email.bulk")],
        options: [
            .init(name: "--consumers", value: "N", summary: "in each sender process, 1–32"),
            .init(
                name: "--prefetch", value: "N", summary: "of each consumer, 1–10,000, or default: POSTHORN_SENDER_PREFETCH_<LANE>"
            ),
        ],
        settings: [.broker, .database]
    ) { arguments in
        let name = try LaneOperands.lane(arguments.operands[0], of: "lane scale")
        let change = try LaneScale.change(arguments)
        return try await LaneClient.connected(.databaseOnly) { client in
            try await apply(change, to: [name], client) { _, settings in
                let prefetch = settings.prefetch.map { "prefetch \($0)" } ?? "the prefetch of each process"
                let consumers = settings.consumers == 1 ? "1 consumer" : "\(settings.consumers) consumers"
                return "\(consumers) in each sender process, \(prefetch)"
            }
        }
    }

    static let pause = Command(
        name: "lane pause", summary: "Stop sending on lanes",
        about: """
            Senders stop consuming the lanes. What is in flight is settled, and nothing more is begun; what waits stays on the
            queues. A pause outlives restarts. Large requests wait as cursors, and routers raise no alarm for a paused lane.

            To wait until nothing is in flight: posthorn lane drain. To continue: posthorn lane resume.
            """,
        operands: [lanes], options: [all], settings: [.broker, .database]
    ) { arguments in
        let names = try LaneOperands.lanes(arguments, of: "lane pause")
        return try await LaneClient.connected(.databaseOnly) { client in
            var change = LaneSettingsStore.Change()
            change.flow = .pause
            return try await apply(change, to: names, client) { before, _ in before.isPaused ? "was paused already" : "paused" }
        }
    }

    static let resume = Command(
        name: "lane resume", summary: "Send on paused lanes again",
        about: "Senders consume the lanes again, with the consumers and the prefetch that were set.",
        operands: [lanes], options: [all], settings: [.broker, .database]
    ) { arguments in
        let names = try LaneOperands.lanes(arguments, of: "lane resume")
        return try await LaneClient.connected(.databaseOnly) { client in
            var change = LaneSettingsStore.Change()
            change.flow = .resume
            return try await apply(change, to: names, client) { before, _ in before.isPaused ? "resumed" : "was not paused" }
        }
    }

    /// Writes the change, informs all processes, and says who has applied it.
    ///
    /// - Parameter what: what has changed, from the settings before and after.
    private static func apply(
        _ change: LaneSettingsStore.Change, to names: [LaneName], _ client: LaneClient,
        _ what: (LaneSettings, LaneSettings) -> String
    ) async throws -> ExitCode {
        let before = try await client.store.all()
        var changed: [(name: LaneName, settings: LaneSettings)] = []
        for name in names { changed.append((name, try await client.store.change(name, change))) }
        let answers = await client.announce()
        var isComplete = true
        for (name, settings) in changed {
            let confirmation = LaneConfirmation(of: name, settings, by: answers)
            Console.print("\(name): \(what(before[name] ?? LaneSettings(), settings)); \(confirmation.text)")
            isComplete = isComplete && confirmation.isComplete
        }
        guard !isComplete else { return .success }
        let why = client.brokerProblem.map { "\($0)" } ?? "not all senders have confirmed it; see posthorn lane list"
        Console.complain("the change is saved: \(why)")
        return .failure
    }
}
