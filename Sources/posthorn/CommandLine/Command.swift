/// One subcommand: what its help says and what it does.
struct Command: Sendable {
    /// An option, `--name` or `--name VALUE`.
    struct Option: Sendable {
        /// With its dashes.
        let name: String
        /// What its value is called in the help; nil where it takes none.
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
    }

    /// One word or two: `send`, `topology apply`.
    let name: String
    /// One line for the list of commands.
    let summary: String
    /// What a newcomer wants to know, in full sentences; lines as they are to be printed.
    let about: String
    var operands: [Operand] = []
    var options: [Option] = []
    /// Names of settings that it reads and that a newcomer should know of.
    var settings: [Setting] = []
    let run: @Sendable (Arguments) async throws -> ExitCode
}
