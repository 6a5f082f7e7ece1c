/// An exclusive, auto-delete queue of one connection. The broker deletes it with the connection or with its queue consumer, so messages in
/// between are lost. For messages that only matter at once.
public struct OwnQueue: Sendable {
    /// The beginning of its name. The rest is random each time, because the broker may keep a lost connection's queue for a while.
    public let prefix: String
    /// The exchange to bind to.
    public let exchange: String
    public let routingKey: String

    public init(prefix: String, exchange: String, routingKey: String) {
        self.prefix = prefix
        self.exchange = exchange
        self.routingKey = routingKey
    }

    func freshName() -> String { prefix + String(UInt64.random(in: .min ... .max), radix: 36) }
}
