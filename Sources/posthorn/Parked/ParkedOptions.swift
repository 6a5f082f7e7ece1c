import Model
import Parking
import Runtime
import Topology

/// The options with which an operator says which parked messages are meant.
enum ParkedOptions {
    static let filters: [Command.Option] = [
        .init(
            name: "--queue", value: "QUEUE", summary: ParkedReason.allCases.map(\.rawValue).joined(separator: ", "),
            isRepeatable: true),
        .init(name: "--service", value: "NAME", summary: "only this service's"),
        .init(name: "--medium", value: "MEDIUM", summary: "only its notifications: \(Media.posthorn.list)"),
        .init(name: "--provider", value: "NAME", summary: "only what this provider failed to send"),
        .init(name: "--reason", value: "TEXT", summary: "only those whose reason contains this"),
        .init(name: "--older-than", value: "AGE", summary: "parked longer ago: 30m, 12h, 7d"),
        .init(name: "--newer-than", value: "AGE", summary: "parked less long ago"),
    ]

    /// - Throws: `UsageError`, which names the option.
    static func filter(_ arguments: Arguments, for command: String) throws(UsageError) -> ParkedFilter {
        func wrong(_ option: String, _ problem: String) -> UsageError { UsageError("\(option) \(problem)", command: command) }
        func age(_ option: String) throws(UsageError) -> Duration? {
            guard let text = arguments[option] else { return nil }
            guard let age = Duration(text: text) else {
                throw wrong(option, "must be an age such as 30m, 12h or 7d, not \"\(text)\"")
            }
            return age
        }
        var filter = ParkedFilter()
        if arguments.has("--queue") {
            filter.queues = []
            for name in arguments.all("--queue") {
                // As operators see it in the broker, too.
                let name = name.hasPrefix("parked.") ? String(name.dropFirst("parked.".count)) : name
                guard let queue = ParkedReason(rawValue: name) else {
                    let meant = Suggestion.nearest(to: name, among: ParkedReason.allCases.map(\.rawValue))
                    throw UsageError("there is no queue parked.\(name)", meant: meant, command: command)
                }
                if !filter.queues.contains(queue) { filter.queues.append(queue) }
            }
        }
        if let name = arguments["--service"] { filter.tenant = try ServiceCommands.tenant(name) }
        if let name = arguments["--medium"] {
            guard let medium = Media.posthorn.medium(named: name) else {
                throw wrong("--medium", "must be one of \(Media.posthorn.list), not \"\(name)\"")
            }
            filter.medium = medium
        }
        filter.provider = arguments["--provider"]
        filter.why = arguments["--reason"]
        filter.olderThan = try age("--older-than")
        filter.newerThan = try age("--newer-than")
        filter.ids = Set(arguments.operands.map { $0.lowercased() })
        return filter
    }

    /// - Throws: `UsageError` where it is no whole number from 1 on.
    static func number(_ option: String, _ arguments: Arguments, default fallback: Int, for command: String) throws(UsageError)
        -> Int
    {
        guard let text = arguments[option] else { return fallback }
        guard let number = Int(text), number > 0 else {
            throw UsageError("\(option) must be a whole number from 1 on, not \"\(text)\"", command: command)
        }
        return number
    }
}
