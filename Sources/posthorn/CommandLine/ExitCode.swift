/// The exit status of the program.
enum ExitCode: Int32 {
    case success = 0
    /// The command ran and failed, entirely or in part.
    case failure = 1
    /// The command line or a setting is wrong; nothing was done.
    case usage = 2
}
