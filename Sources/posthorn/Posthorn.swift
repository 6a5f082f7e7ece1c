import Foundation

/// The one program: `posthorn <command>`.
@main
enum Posthorn {
    static func main() async {
        let outcome = await CommandTable.posthorn.run(Array(CommandLine.arguments.dropFirst()))
        exit(outcome.rawValue)
    }
}
