public import JSON

/// Exchanges, queues, bindings and policies, as they are declared to a broker.
///
/// `TopologyDefinition.posthorn` is the one declaration of Posthorn's; `topology/definitions.json` is printed from it.
public struct TopologyDefinition: Sendable, Equatable {
    /// A durable exchange.
    public struct Exchange: Sendable, Equatable {
        public enum Kind: String, Sendable { case topic, direct, fanout }

        public let name: String
        public let kind: Kind
        public let arguments: [JSON.Member]
    }

    /// A durable quorum queue. Only what *is* its meaning stands in the arguments: they can never be changed. Limits are policies.
    public struct Queue: Sendable, Equatable {
        public let name: String
        public let arguments: [JSON.Member]
    }

    /// From an exchange to a queue.
    public struct Binding: Sendable, Equatable {
        public let exchange: String
        public let queue: String
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
}
