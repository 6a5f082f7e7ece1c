/// A message to publish. It is always persistent (delivery mode 2) and mandatory (the broker returns it if it cannot route it).
public struct OutgoingMessage: Sendable, Equatable {
    public var exchange: String
    public var routingKey: String
    public var properties: MessageProperties
    public var body: [UInt8]

    public init(exchange: String, routingKey: String, properties: MessageProperties = MessageProperties(), body: [UInt8]) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.properties = properties
        self.body = body
    }
}
