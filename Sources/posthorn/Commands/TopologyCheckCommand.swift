import Management
import Topology

enum TopologyCheckCommand {
    static let command = Command(
        name: "topology check", summary: "Compare the broker with what Posthorn needs",
        about: """
            Lists each exchange, queue, binding and policy that is missing on the broker or different, with the command that
            fixes it. Exits with 0 if there is none, with 1 otherwise. It changes nothing.
            """,
        settings: [.broker, .management]
    ) { _ in
        try await ToolSettings.withManagement { api in report(try await api.differences(from: TopologyDefinition(.posthorn))) }
    }

    static func report(_ differences: [TopologyDifference]) -> ExitCode {
        for difference in differences { Console.print(difference.description) }
        guard differences.isEmpty else {
            Console.complain("\(differences.count) \(differences.count == 1 ? "difference" : "differences") from the declaration")
            return .failure
        }
        Console.print("the broker is as declared")
        return .success
    }
}
