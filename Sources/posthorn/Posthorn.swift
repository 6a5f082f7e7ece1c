import Foundation

/// The one program: `posthorn <command>`.
@main
enum Posthorn {
    static func main() async {
        // A peer that has gone is an error of the call that wrote to it, not the end of the process.
        _ = signal(SIGPIPE, SIG_IGN)
        let outcome = await CommandTable.posthorn.run(Array(CommandLine.arguments.dropFirst()))
        exit(outcome.rawValue)
    }
}
