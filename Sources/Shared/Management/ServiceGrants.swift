import JSON
public import Model
import Topology

/// What the broker user of a service may do: publish requests under its own name, receive its own events, and have a few queues.
///
/// RabbitMQ can limit a user's connections and AMQP channels, but not its queues. So a service may declare only queues of a few names: each
/// queue is bounded by a policy, and so the total is bounded, too.
///
/// The patterns are regular expressions. What a service owns begins with its name and a dot, which is why some names are reserved. The
/// broker uses the same patterns for queues and exchanges.
public struct ServiceGrants: Sendable {
    /// How many connections to the broker a service may have open at the same time.
    public static let connectionLimit: Int64 = 50
    /// How many AMQP channels all its connections may have in total.
    public static let channelLimit: Int64 = 500

    /// The queues that a service may have: `shop.events`, and `shop.events.0` to `shop.events.9`.
    public static func queues(of tenant: TenantName) -> [String] {
        let first = "\(tenant.text).events"
        return [first] + (0...9).map { "\(first).\($0)" }
    }

    /// Names that no service may have: a service owns everything that begins with its name and a dot.
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
    /// For exchanges on which routing keys are checked, too.
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
