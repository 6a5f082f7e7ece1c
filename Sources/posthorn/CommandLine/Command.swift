/// One subcommand: what its help says and what it does.
struct Command: Sendable {
    /// An option, `--name` or `--name VALUE`.
    struct Option: Sendable {
        /// With its dashes.
        let name: String
        /// The name of its value in the help; nil where it takes none.
        let value: String?
        let summary: String
        var isRequired = false
        var isRepeatable = false
    }

    /// A word that belongs to no option.
    struct Operand: Sendable {
        /// As the usage line shows it: `NAME`.
        let name: String
        let summary: String
        var isOptional = false
        /// Only for the last one.
        var isRepeatable = false
    }

    /// One word or two: `send`, `topology apply`.
    let name: String
    /// One line for the list of commands.
    let summary: String
    /// What a new user needs to know, in full sentences, with the line breaks to print.
    let about: String
    var operands: [Operand] = []
    var options: [Option] = []
    /// The settings that it reads and that a new user should know.
    var settings: [Setting] = []
    let run: @Sendable (Arguments) async throws -> ExitCode
}
