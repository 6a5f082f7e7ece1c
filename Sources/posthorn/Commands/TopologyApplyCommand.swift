import Management
import Topology

enum TopologyApplyCommand {
    static let command = Command(
        name: "topology apply", summary: "Declare the exchanges, queues, bindings and policies on the broker",
        about: """
            Declares everything that is missing, through RabbitMQ's management API, on the virtual host that
            POSTHORN_BROKER_URL names. It is safe to run again at any time: what exists already is not changed and keeps
            its messages. What cannot be fixed this way is listed with the command that fixes it.
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
