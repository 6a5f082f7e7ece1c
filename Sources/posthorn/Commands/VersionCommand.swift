enum VersionCommand {
    static let number = "0.1.0"

    static let command = Command(
        name: "version", summary: "Print the version",
        about: "Prints the version of this program."
    ) { _ in
        Console.print("posthorn \(number)")
        return .success
    }
}
