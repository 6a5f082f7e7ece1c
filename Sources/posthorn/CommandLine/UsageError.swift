/// An invalid command line.
struct UsageError: Error, Equatable, CustomStringConvertible {
    let problem: String
    /// What was probably meant.
    let meant: String?
    /// The command whose help to show; nil for the program's.
    let command: String?

    init(_ problem: String, meant: String? = nil, command: String? = nil) {
        self.problem = problem
        self.meant = meant
        self.command = command
    }

    var description: String {
        let guess = meant.map { "; did you mean \($0)?" } ?? ""
        let help = "posthorn \(command.map { "\($0) " } ?? "")--help"
        return "\(problem)\(guess)\nsee \(help)"
    }
}
