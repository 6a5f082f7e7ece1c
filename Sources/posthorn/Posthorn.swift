import Foundation

/// The program: `posthorn <command>`.
@main
enum Posthorn {
    static func main() async {
        // A write to a closed connection must be an error of that call, not end the process.
        _ = signal(SIGPIPE, SIG_IGN)
        let outcome = await CommandTable.posthorn.run(Array(CommandLine.arguments.dropFirst()))
        exit(outcome.rawValue)
    }
}
