import Foundation

/// Standard input, standard output and standard error.
enum Console {
    /// A line on standard output: the result of the command.
    static func print(_ line: String) { write(line + "\n", to: .standardOutput) }

    /// Text on standard output as it is.
    static func write(_ text: String) { write(text, to: .standardOutput) }

    /// A line on standard error: an error.
    static func complain(_ line: String) { write("posthorn: \(line)\n", to: .standardError) }

    /// A line on standard error without the program's name.
    static func note(_ text: String) { write(text, to: .standardError) }

    /// How many columns a line on standard output may have: the environment's `COLUMNS`, else those of the terminal; more than enough where
    /// it is none.
    static var width: Int {
        if let columns = ProcessInfo.processInfo.environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 { return columns }
        return TerminalHandle.columns(of: STDOUT_FILENO) ?? 1000
    }

    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// How many columns standard output has: `COLUMNS`, or what the terminal says; nil where it is no terminal.
    static var columns: Int? {
        ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) } ?? TerminalHandle.columns(of: STDOUT_FILENO)
    }

    /// Asks a question on standard error. Anything but `y` or `yes` means no.
    static func confirms(_ question: String) async -> Bool {
        note("\(question) [y/N] ")
        for await lines in InputLines(size: 1).batches {
            return ["y", "yes"].contains(lines.first?.text.lowercased() ?? "")
        }
        return false
    }

    private static func write(_ text: String, to handle: FileHandle) {
        // There is nowhere to report the error if the reader has closed its end.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
