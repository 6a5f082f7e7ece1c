public import Broker
public import Model
public import Topology

/// A notification on its way to a sender: the frozen content as the body, and in one header what is this one's own.
public struct NotificationMessage: Sendable {
    public let notification: Notification

    public init(_ notification: Notification) { self.notification = notification }

    /// - Throws: `ContractError`, which names the property.
    public init(_ delivery: Delivery) throws(ContractError) {
        let properties = delivery.properties
        try properties.requireType(MessageType.notification)
        let words = delivery.routingKey.split(separator: ".")
        guard words.count == 2, let medium = Medium(rawValue: String(words[0])), let lane = Lane(rawValue: String(words[1]))
        else {
            throw .property(name: "the routing key", problem: "must be <medium>.<lane>")
        }
        guard let id = properties.messageID.flatMap({ NotificationID($0) }) else {
            throw .property(name: "message-id", problem: "must be a UUID")
        }
        guard let text = properties.string(NotificationHeader.name) else {
            throw .property(name: NotificationHeader.name, problem: "is absent")
        }
        let lines = NotificationLines(text)
        notification = Notification(
            request: try lines.require("request", RequestID.init), service: try lines.require("service", ServiceName.init),
            reference: lines["reference"], lane: lane, consumer: lines["consumer"],
            endpoint: Endpoint(
                id: try lines.require("endpoint", EndpointID.init), medium: medium,
                address: try lines.require("address") { $0 }, secretGeneration: Int(lines.integer("generation") ?? 1)),
            attempt: Int(lines.integer("attempt") ?? 1),
            suspicion: lines["suspect"].flatMap { Suspicion(rawValue: $0) } ?? .none,
            expiresAt: lines.integer("expires-at").map { Timestamp(milliseconds: $0) },
            traceparent: properties.string(HeaderName.traceparent),
            content: FrozenContent(bytes: delivery.body, digest: try lines.require("content") { $0 }), id: id)
    }

    /// To its lane.
    public func outgoing() -> OutgoingMessage { outgoing(exchange: ExchangeName.notifications.name) }

    /// To a hold, after whose time it is on its lane again.
    public func outgoing(holdFor step: HoldStep) -> OutgoingMessage { outgoing(exchange: step.name) }

    private func outgoing(exchange: String) -> OutgoingMessage {
        var headers = [Header(NotificationHeader.name, .string(NotificationHeader.text(of: notification)))]
        if let traceparent = notification.traceparent { headers.append(Header(HeaderName.traceparent, .string(traceparent))) }
        return OutgoingMessage(
            exchange: exchange, routingKey: RoutingKey.notification(notification.medium, notification.lane),
            properties: MessageProperties(
                messageID: notification.id.description, type: MessageType.notification, contentType: MessageType.json,
                headers: headers),
            body: notification.content.bytes)
    }
}
