public import Broker
import JSON
public import Model
import Topology

/// A mark: a message by which a sender learns how far the record of a lane is. It goes through the queue of the events, so that every event
/// published before it is recorded before it.
public struct MarkMessage: Sendable, Equatable {
    /// When it was published, by its sender's clock.
    public let at: Timestamp

    public init(at: Timestamp) { self.at = at }

    /// - Returns: nil where the message is no mark.
    /// - Throws: `ContractError` where it is a mark that cannot be read.
    public init?(_ delivery: Delivery) throws(ContractError) {
        guard delivery.properties.type == MessageType.mark else { return nil }
        at = try ContractError.reading {
            var fields = try FieldReader(try JSON(parsing: delivery.body))
            let at = try fields.required("at", try fields.formed("at", Timestamp.init))
            try fields.finish()
            return at
        }
    }

    public func outgoing(on lane: Lane) -> OutgoingMessage {
        let document: JSON = ["at": .string(at.description)]
        return OutgoingMessage(
            exchange: ExchangeName.events(of: lane), routingKey: RoutingKey.mark,
            properties: MessageProperties(type: MessageType.mark, contentType: MessageType.json), body: document.encoded())
    }
}
