public import Broker
import JSON
public import Model
import Topology

/// The rest of a large fan-out over one medium. The router that consumes it expands the next chunk.
public struct CursorMessage: Sendable {
    public let cursor: Cursor

    public init(_ cursor: Cursor) { self.cursor = cursor }

    /// - Throws: `ContractError`, which names the field.
    public init(_ delivery: Delivery) throws(ContractError) {
        try delivery.properties.requireType(MessageType.cursor)
        cursor = try ContractError.reading {
            try Cursor(try JSON(parsing: delivery.body), traceparent: delivery.properties.string(HeaderName.traceparent))
        }
    }

    public func outgoing() -> OutgoingMessage {
        OutgoingMessage(
            exchange: ExchangeName.cursors.name, routingKey: RoutingKey.cursor(cursor.medium, cursor.lane),
            properties: MessageProperties(
                messageID: cursor.request.description, type: MessageType.cursor, contentType: MessageType.json,
                headers: cursor.traceparent.map { [Header(HeaderName.traceparent, .string($0))] } ?? []),
            body: cursor.document.encoded())
    }
}
