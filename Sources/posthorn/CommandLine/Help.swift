/// The pages that `--help` prints.
enum Help {
    static func overview(of table: CommandTable) -> String {
        var lines = [
            "Posthorn delivers one message to all subscribers of a channel, on the medium that each of them chose.", "",
            "usage: posthorn <command> [options]",
        ]
        let width = table.commands.map(\.name.count).max() ?? 0
        for section in table.sections {
            lines += ["", section.title]
            lines += section.commands.map { row($0.name, $0.summary, width: width) }
        }
        lines += [
            "", "For the options and settings of a command: posthorn <command> --help. Settings come from the environment:",
        ]
        let settings: [Setting] = [.broker, .database, .management, .settings]
        lines += rows(settings.map { ($0.name, $0.summary) })
        return lines.joined(separator: "\n")
    }

    static func list(of commands: [Command]) -> String {
        rows(commands.map { ("posthorn \($0.name)", $0.summary) }).joined(separator: "\n")
    }

    static func page(of command: Command) -> String {
        var lines = ["\(command.summary).", "", "usage: \(usage(of: command))", "", command.about]
        let operands = command.operands.map { ($0.name, $0.summary) }
        let options = command.options.map { ([$0.name, $0.value].compactMap(\.self).joined(separator: " "), $0.summary) }
        if !(operands + options).isEmpty { lines += ["", "options"] + rows(operands + options) }
        if !command.settings.isEmpty { lines += ["", "settings"] + rows(command.settings.map { ($0.name, $0.summary) }) }
        return lines.joined(separator: "\n")
    }

    /// The usage line of a command, wrapped where it is long.
    static func usage(of command: Command) -> String {
        var words = ["posthorn \(command.name)"]
        words += command.operands.map { operand in
            let text = operand.name + (operand.isRepeatable ? " …" : "")
            return operand.isOptional ? "[\(text)]" : text
        }
        words += command.options.map { option in
            let text = [option.name, option.value].compactMap(\.self).joined(separator: " ") + (option.isRepeatable ? " …" : "")
            return option.isRequired ? text : "[\(text)]"
        }
        var lines = [words[0]]
        for word in words.dropFirst() {
            if lines[lines.count - 1].count + word.count < 100 {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append("         " + word)
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func rows(_ rows: [(String, String)]) -> [String] {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { row($0.0, $0.1, width: width) }
    }

    private static func row(_ name: String, _ summary: String, width: Int) -> String {
        "  \(name)\(String(repeating: " ", count: width - name.count))  \(summary)"
    }
}
