import Management
import Topology

enum TopologyApplyCommand {
    static let command = Command(
        name: "topology apply", summary: "Declare the exchanges, queues, bindings and policies on the broker",
        about: """
            Declares everything that is missing, through RabbitMQ's management API, on the virtual host that
            POSTHORN_BROKER_URL names. It can be run at any time and as often as you like: what is there already stays
            as it is, with its messages. What cannot be mended that way is listed with the command that mends it.
            """,
        settings: [.broker, .management]
    ) { _ in
        try await ToolSettings.withManagement { api in
            let topology = TopologyDefinition(.posthorn)
            try await api.apply(topology)
            Console.print(
                "applied: \(topology.exchanges.count) exchanges, \(topology.queues.count) queues, "
                    + "\(topology.bindings.count) bindings, \(topology.policies.count) policies")
            let differences = try await api.differences(from: topology)
            return differences.isEmpty ? .success : TopologyCheckCommand.report(differences)
        }
    }
}
