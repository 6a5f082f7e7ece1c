/// How the program ended, for its shell.
enum ExitCode: Int32 {
    case success = 0
    /// The command ran and did not achieve all that was asked.
    case failure = 1
    /// The command line or a setting is wrong; nothing was done.
    case usage = 2
}
