public import Broker
import JSON
public import Model
import Topology

/// A sender's notice to the other senders that the breaker of a destination is open or closed.
public struct BreakerMessage: Sendable, Equatable {
    /// A longer message is refused; a destination that needs a longer one is not announced.
    static let bodyLimit = 4096

    public let medium: Medium
    public let destination: String
    /// How long the breaker stays open, at most an hour; zero where it is closed.
    public let openFor: Duration
    /// Identifies the process that sent the message, so that it can skip its own.
    public let process: String

    public init(medium: Medium, destination: String, openFor: Duration, process: String) {
        self.medium = medium
        self.destination = destination
        self.openFor = openFor
        self.process = process
    }

    /// - Throws: `ContractError`, which names the field.
    public init(_ delivery: Delivery, medium: Medium) throws(ContractError) {
        try delivery.properties.requireType(MessageType.breaker)
        guard delivery.body.count <= Self.bodyLimit else {
            throw .tooLarge(bytes: delivery.body.count, limit: Self.bodyLimit)
        }
        self = try ContractError.reading {
            var fields = try FieldReader(try JSON(parsing: delivery.body))
            return BreakerMessage(
                medium: medium, destination: try fields.requiredString("destination"),
                openFor: .milliseconds(try fields.integer("open_ms", in: 0...3_600_000) ?? 0),
                process: try fields.requiredString("process"))
        }
    }

    /// nil where the destination is too long for a message.
    public func outgoing() -> OutgoingMessage? {
        let document: JSON = [
            "destination": .string(destination), "open_ms": .integer(Int64(openFor / .milliseconds(1))),
            "process": .string(process),
        ]
        let body = document.encoded()
        guard body.count <= Self.bodyLimit else { return nil }
        return OutgoingMessage(
            exchange: ExchangeName.control.name, routingKey: RoutingKey.senders(of: medium),
            properties: MessageProperties(type: MessageType.breaker, contentType: MessageType.json), body: body)
    }
}
