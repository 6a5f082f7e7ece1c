public import JSON

extension TopologyDefinition {
    /// RabbitMQ's own definitions format for one virtual host, as in `GET` and `POST /api/definitions/{vhost}`.
    public var document: JSON {
        [
            "exchanges": .array(exchanges.map(\.document)), "queues": .array(queues.map(\.document)),
            "bindings": .array(bindings.map(\.document)), "policies": .array(policies.map(\.document)),
        ]
    }
}

extension TopologyDefinition.Exchange {
    /// The exchange in that format.
    public var document: JSON {
        [
            "name": .string(name), "type": .string(kind.rawValue), "durable": true, "auto_delete": false, "internal": false,
            "arguments": .object(arguments),
        ]
    }
}

extension TopologyDefinition.Queue {
    /// The queue in that format.
    public var document: JSON {
        ["name": .string(name), "durable": true, "auto_delete": false, "arguments": .object(arguments)]
    }
}

extension TopologyDefinition.Binding {
    /// The binding in that format.
    public var document: JSON {
        [
            "source": .string(exchange), "destination": .string(destination.name), "destination_type": .string(destination.kind),
            "routing_key": .string(key), "arguments": [:],
        ]
    }
}

extension TopologyDefinition.Binding.Destination {
    fileprivate var kind: String {
        switch self {
        case .queue: "queue"
        case .exchange: "exchange"
        }
    }
}

extension TopologyDefinition.Policy {
    /// The policy in that format.
    public var document: JSON {
        [
            "name": .string(name), "pattern": .string(pattern), "apply-to": "queues", "priority": .integer(Int64(priority)),
            "definition": .object(limits),
        ]
    }
}
