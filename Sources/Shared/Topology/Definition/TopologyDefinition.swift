public import JSON

/// Exchanges, queues, bindings and policies, as they are declared to a broker.
///
/// `TopologyDefinition(.posthorn)` is what Posthorn declares; `topology/definitions.json` is printed from it.
public struct TopologyDefinition: Sendable, Equatable {
    /// A durable exchange.
    public struct Exchange: Sendable, Equatable {
        public enum Kind: String, Sendable {
            case topic, direct, fanout
            /// Divides messages over its queues by a hash of their routing key. It needs a plugin of RabbitMQ.
            case consistentHash = "x-consistent-hash"

            /// The plugin that has the type; nil for the broker's own types.
            public var plugin: String? {
                switch self {
                case .topic, .direct, .fanout: nil
                case .consistentHash: "rabbitmq_consistent_hash_exchange"
                }
            }
        }

        public let name: String
        public let kind: Kind
        public let arguments: [JSON.Member]
    }

    /// A durable quorum queue. Its arguments can never be changed, so they have only what defines its purpose. Limits are policies.
    public struct Queue: Sendable, Equatable {
        public let name: String
        public let arguments: [JSON.Member]
    }

    /// From an exchange to a queue or to another exchange.
    public struct Binding: Sendable, Equatable {
        public enum Destination: Sendable, Equatable {
            case queue(String)
            case exchange(String)

            public var name: String {
                switch self {
                case .queue(let name), .exchange(let name): name
                }
            }
        }

        public let exchange: String
        public let destination: Destination
        public let key: String
    }

    /// Limits for all queues whose names match. Of all policies that match a queue, the broker applies only the one with the
    /// highest priority, so each policy is complete in itself.
    public struct Policy: Sendable, Equatable {
        public let name: String
        /// A regular expression over queue names.
        public let pattern: String
        public let priority: Int
        public let limits: [JSON.Member]
    }

    public let exchanges: [Exchange]
    public let queues: [Queue]
    public let bindings: [Binding]
    public let policies: [Policy]

    /// A plugin of RabbitMQ that the exchanges need and the broker lacks; nil where it lacks none.
    ///
    /// - Parameter types: the names of the exchange types that the broker knows.
    public func missingPlugin(among types: [String]) -> String? {
        exchanges.lazy.map(\.kind).first { !types.contains($0.rawValue) }?.plugin
    }
}
