/// A queue that belongs to one connection: the broker removes it with the connection or with its consumer, so what comes meanwhile is lost. For
/// news that is worth something only now.
public struct OwnQueue: Sendable {
    /// What its name begins with. The rest is new each time, because the broker may hold an old connection's queue for a while.
    public let prefix: String
    /// Where its messages come from.
    public let exchange: String
    public let routingKey: String

    public init(prefix: String, exchange: String, routingKey: String) {
        self.prefix = prefix
        self.exchange = exchange
        self.routingKey = routingKey
    }

    func freshName() -> String { prefix + String(UInt64.random(in: .min ... .max), radix: 36) }
}
