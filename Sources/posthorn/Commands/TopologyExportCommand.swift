import JSON
import Topology

enum TopologyExportCommand {
    static let command = Command(
        name: "topology export", summary: "Print the exchanges, queues, bindings and policies that Posthorn needs",
        about: """
            Prints them in RabbitMQ's own definitions format, for one virtual host. The file
            topology/definitions.json is the output of this command.
            """
    ) { _ in
        Console.write(TopologyDefinition(.posthorn).document.prettyPrinted())
        return .success
    }
}
