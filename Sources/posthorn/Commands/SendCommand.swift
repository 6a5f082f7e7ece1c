import JSON
import Model
import ProducerKit

enum SendCommand {
    static let command = Command(
        name: "send", summary: "Send a message, or many from standard input",
        about: """
            With --text it sends one request and prints its id:

              posthorn send --service shop --channel news --text "Title" --text "The message's body."

            Without --text it reads requests from standard input, one JSON document a line, as docs/contract.md describes
            them, and sends them in batches:

              posthorn send --service shop < requests.jsonl

            A request is sent when the broker has confirmed it. Whether its channels and consumers exist is checked later; what
            is wrong then is reported in an event. A line that is wrong is reported with its number and
            skipped; the others are sent. Exits with 0 if all were sent, with 1 otherwise.
            """,
        options: [
            .init(
                name: "--service", value: "NAME", summary: "the service that sends; the broker's user must have its permissions",
                isRequired: true
            ),
            .init(name: "--channel", value: "NAME", summary: "to all subscribers of the channel", isRepeatable: true),
            .init(name: "--to", value: "CONSUMER", summary: "to a consumer", isRepeatable: true),
            .init(name: "--to-email", value: "ADDRESS", summary: "to an email address", isRepeatable: true),
            .init(name: "--text", value: "TEXT", summary: "the title first, then each paragraph of the body", isRepeatable: true),
            .init(name: "--file", value: "URL", summary: "https address of a file", isRepeatable: true),
            .init(name: "--priority", value: "LANE", summary: "priority, normal or bulk (normal)"),
            .init(name: "--medium", value: "MEDIUM", summary: "only over email or webhook", isRepeatable: true),
            .init(
                name: "--delivery", value: "MODE",
                summary: "all (default), or first: one endpoint after the other until one succeeds, in the order of --medium"),
            .init(name: "--reference", value: "TEXT", summary: "your own name for it, repeated in every event"),
            .init(name: "--dedupe-key", value: "TEXT", summary: "two requests with the same key are one request"),
            .init(name: "--expires-at", value: "TIME", summary: "nothing is sent after this time: 2030-01-31T12:00:00Z"),
            .init(name: "--print-ids", value: nil, summary: "with standard input: print the id of each request"),
        ],
        settings: [.broker]
    ) { arguments in
        let tenant = try ServiceCommands.tenant(arguments["--service"] ?? "")
        let single = try request(arguments)
        let (broker, log) = try ToolSettings.broker()
        if single == nil, Console.inputIsTerminal {
            throw UsageError("nothing to send: give --text, or requests on standard input", command: "send")
        }
        let producer = Producer(settings: ProducerSettings(service: tenant, broker: broker), log: log)
        try await producer.start()
        let result: Result<ExitCode, any Error>
        do {
            if let single {
                Console.print(try await producer.send(single).description)
                result = .success(.success)
            } else {
                result = .success(await LineSender(producer: producer, printsIDs: arguments.has("--print-ids")).run())
            }
        } catch { result = .failure(error) }
        await producer.close()
        return try result.get()
    }

    /// The request from the options; nil where there is no text.
    static func request(_ arguments: Arguments) throws(UsageError) -> Request? {
        guard arguments.has("--text") else {
            let forOne = [
                "--channel", "--to", "--to-email", "--file", "--priority", "--medium", "--delivery", "--reference",
                "--dedupe-key",
                "--expires-at",
            ]
            if let given = forOne.first(where: arguments.has) { throw UsageError("\(given) needs --text", command: "send") }
            return nil
        }
        // From a document, so that the command line has the rules and the names of the contract.
        var members: [JSON.Member] = [.init("text", JSON(arguments.all("--text")))]
        func add(_ name: String, _ texts: [String]) { if !texts.isEmpty { members.append(.init(name, JSON(texts))) } }
        func add(_ name: String, _ text: String?) { if let text { members.append(.init(name, .string(text))) } }
        add("channel", arguments.all("--channel"))
        add("files", arguments.all("--file"))
        add("media", arguments.all("--medium"))
        add("delivery", arguments["--delivery"])
        add("priority", arguments["--priority"])
        add("reference", arguments["--reference"])
        add("dedupe_key", arguments["--dedupe-key"])
        add("expires_at", arguments["--expires-at"])
        let recipients: [JSON] =
            arguments.all("--to").map { ["consumer": .string($0)] } + arguments.all("--to-email").map { ["email": .string($0)] }
        if !recipients.isEmpty { members.append(.init("to", .array(recipients))) }
        do { return try Request(.object(members)) } catch { throw UsageError(problem(error, arguments), command: "send") }
    }

    /// With the name of the option in place of the document's field.
    private static func problem(_ error: FieldError, _ arguments: Arguments) -> String {
        let options = [
            "text": "--text", "channel": "--channel", "files": "--file", "media": "--medium", "delivery": "--delivery",
            "priority": "--priority", "reference": "--reference", "dedupe_key": "--dedupe-key", "expires_at": "--expires-at",
        ]
        let name = String(error.field.prefix { $0 != "[" && $0 != "." })
        if name == "to" { return "\(error.field.hasSuffix(".email") ? "--to-email" : "--to") \(error.problem)" }
        if name == "channel", !arguments.has("--channel") { return "nobody to send to: give --channel, --to or --to-email" }
        return options[name].map { "\($0) \(error.problem)" } ?? error.description
    }
}
