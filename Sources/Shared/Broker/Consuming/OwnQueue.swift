/// An exclusive, auto-delete queue of one connection. The broker deletes it with the connection or with its queue consumer, so messages in
/// between are lost. For messages that only matter at once.
public struct OwnQueue: Sendable {
    /// The beginning of its name. The rest is random each time, because the broker may keep a lost connection's queue for a while.
    public let prefix: String
    /// The exchange to bind to.
    public let exchange: String
    /// At least one. It is bound with each of them.
    public let routingKeys: [String]

    public init(prefix: String, exchange: String, routingKeys: [String]) {
        precondition(!routingKeys.isEmpty, "a queue that is not bound receives nothing")
        self.prefix = prefix
        self.exchange = exchange
        self.routingKeys = routingKeys
    }

    func freshName() -> String { prefix + String(UInt64.random(in: .min ... .max), radix: 36) }
}
