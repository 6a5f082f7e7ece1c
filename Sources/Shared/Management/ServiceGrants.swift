import JSON
public import Model
import Topology

/// What the broker user of a service may do: publish requests under its own name, listen to its own events, and have a few queues of its own.
///
/// RabbitMQ limits a user's connections and AMQP channels, and knows no limit for queues. So the names of the queues that a service may
/// declare are few: with the bound of each queue, which is a policy, the total is bounded, too.
///
/// The patterns are regular expressions. What a service owns begins with its name and a dot, which is why some names are reserved. The
/// broker holds the same patterns against queues and exchanges.
public struct ServiceGrants: Sendable {
    /// How many connections to the broker a service may have open at the same time.
    public static let connectionLimit: Int64 = 50
    /// How many AMQP channels all its connections may have together.
    public static let channelLimit: Int64 = 500

    /// The queues that a service may have: `shop.events`, and `shop.events.0` to `shop.events.9`.
    public static func queues(of tenant: TenantName) -> [String] {
        let first = "\(tenant.text).events"
        return [first] + (0...9).map { "\(first).\($0)" }
    }

    /// Names that no service may have: with them a service would own what begins with them.
    public static let reservedNames: Set<String> = {
        let names =
            QueueName.all(.posthorn).map(\.name) + TopologyDefinition(.posthorn).exchanges.map(\.name) + [
                "amq", "guest", "posthorn",
            ]
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

    public init(for tenant: TenantName) {
        let own = "\(tenant.text)\\.events(\\.[0-9])?"
        configure = "^\(own)$"
        write = "^(\(ExchangeName.requests.name)|\(own))$"
        read = "^(\(ExchangeName.events.name)|\(own))$"
        let lanes = Lane.allCases.map(\.rawValue).joined(separator: "|")
        topics = [
            Topic(exchange: .requests, write: "^\(tenant.text)\\.(\(lanes))$", read: "^$"),
            Topic(exchange: .events, write: "^$", read: "^\(tenant.text)\\..*$"),
        ]
    }

    /// The broker's names of the user limits.
    static let limits: [(name: String, value: Int64)] = [
        ("max-connections", connectionLimit), ("max-channels", channelLimit),
    ]

    var document: JSON { ["configure": .string(configure), "write": .string(write), "read": .string(read)] }
}

extension ServiceGrants.Topic {
    var document: JSON { ["exchange": .string(exchange.name), "write": .string(write), "read": .string(read)] }
}
