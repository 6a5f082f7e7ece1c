import Runtime

/// All commands, and how one is found from the words of a command line.
struct CommandTable: Sendable {
    struct Section: Sendable {
        let title: String
        let commands: [Command]
    }

    let sections: [Section]

    var commands: [Command] { sections.flatMap(\.commands) }

    /// Runs a command line, without the program's own name. Prints errors on standard error.
    func run(_ words: [String]) async -> ExitCode {
        do {
            switch try meaning(of: words) {
            case .help(let text):
                Console.print(text)
                return .success
            case .run(let command, let arguments):
                return try await command.run(arguments)
            }
        } catch let error as UsageError {
            Console.complain(error.description)
            return .usage
        } catch let error as SettingsError {
            Console.complain(error.description)
            return .usage
        } catch {
            Console.complain("\(error)")
            return .failure
        }
    }

    enum Meaning: Sendable {
        case help(String)
        case run(Command, Arguments)
    }

    func meaning(of words: [String]) throws(UsageError) -> Meaning {
        var words = words[...]
        let asksForHelp = words.first == "help"
        if asksForHelp { words.removeFirst() }
        let options = words.firstIndex { $0.hasPrefix("-") } ?? words.endIndex
        let wantsHelp = asksForHelp || words[options...].contains { $0 == "--help" || $0 == "-h" }
        if words[..<options].isEmpty {
            guard wantsHelp || words.isEmpty else {
                if words.first == "--version" { words = ["version"] }
                guard words.first == "version" else { throw UsageError("unknown option \(words.first ?? "")") }
                return try meaning(of: Array(words))
            }
            return .help(Help.overview(of: self))
        }
        guard let command = command(named: words[..<options]) else { return try group(words[..<options], wantsHelp: wantsHelp) }
        if wantsHelp { return .help(Help.page(of: command)) }
        let arguments = try Arguments(words.dropFirst(command.name.split(separator: " ").count), for: command)
        return .run(command, arguments)
    }

    /// The command whose words the line begins with.
    private func command(named words: ArraySlice<String>) -> Command? {
        commands.first { words.starts(with: $0.name.split(separator: " ").map(String.init)) }
    }

    /// Handles a first word that several commands share, alone or with an unknown second word, and an unknown first word.
    private func group(_ words: ArraySlice<String>, wantsHelp: Bool) throws(UsageError) -> Meaning {
        let first = words.first ?? ""
        let members = commands.filter { $0.name.hasPrefix(first + " ") }
        let second = words.dropFirst().first
        if !members.isEmpty, wantsHelp || second == nil { return .help(Help.list(of: members)) }
        let line = words.prefix(members.isEmpty ? 1 : 2).joined(separator: " ")
        let names = members.isEmpty ? commands.flatMap { [$0.name, String($0.name.prefix { $0 != " " })] } : members.map(\.name)
        throw UsageError(
            "unknown command \"\(line)\"", meant: Suggestion.nearest(to: line, among: names).map { "posthorn \($0)" })
    }
}
