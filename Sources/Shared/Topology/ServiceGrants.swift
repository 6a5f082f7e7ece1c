import JSON
public import Model

/// What the broker user of a service may do: publish requests under its own name, listen to its own events, and have queues of its own.
///
/// The patterns are regular expressions. Queues and exchanges of its own begin with its name and a dot, which is why some names are
/// reserved.
public struct ServiceGrants: Sendable {
    /// Names that no service may have: with them a service would own what begins with them.
    public static let reservedNames: Set<String> = {
        let names = QueueName.all.map(\.name) + TopologyDefinition.posthorn.exchanges.map(\.name) + ["amq", "guest", "posthorn"]
        return Set(names.map { String($0.prefix { $0 != "." }) })
    }()

    public let configure: String
    public let write: String
    public let read: String
    /// For exchanges whose routing keys are checked, too.
    let topics: [Topic]

    struct Topic: Sendable {
        let exchange: ExchangeName
        let write: String
        let read: String
    }

    public init(for service: ServiceName) {
        let own = "\(service.text)\\..*"
        configure = "^\(own)$"
        write = "^(\(ExchangeName.requests.name)|\(own))$"
        read = "^(\(ExchangeName.events.name)|\(own))$"
        let lanes = Lane.allCases.map(\.rawValue).joined(separator: "|")
        topics = [
            Topic(exchange: .requests, write: "^\(service.text)\\.(\(lanes))$", read: "^$"),
            Topic(exchange: .events, write: "^$", read: "^\(own)$"),
        ]
    }

    var document: JSON { ["configure": .string(configure), "write": .string(write), "read": .string(read)] }
}

extension ServiceGrants.Topic {
    var document: JSON { ["exchange": .string(exchange.name), "write": .string(write), "read": .string(read)] }
}
