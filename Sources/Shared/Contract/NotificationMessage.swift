public import Broker
public import Model
public import Topology

/// A notification on its way to a sender: the frozen content as the body, and in the headers what is this one's own.
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
        guard let service = ServiceName(try properties.require(HeaderName.service, String.self)) else {
            throw .property(name: HeaderName.service, problem: "is not a service's name")
        }
        notification = Notification(
            request: try properties.require(HeaderName.request), service: service,
            reference: properties.string(HeaderName.reference),
            lane: lane, consumer: properties.string(HeaderName.consumer),
            endpoint: Endpoint(
                id: try properties.require(HeaderName.endpoint), medium: medium,
                address: try properties.require(HeaderName.address),
                secretGeneration: Int(properties.integer(HeaderName.secretGeneration) ?? 1)),
            attempt: Int(properties.integer(HeaderName.attempt) ?? 1),
            suspicion: properties.string(HeaderName.suspect).flatMap { Suspicion(rawValue: $0) } ?? .none,
            expiresAt: properties.integer(HeaderName.expiresAt).map { Timestamp(milliseconds: $0) },
            traceparent: properties.string(HeaderName.traceparent),
            content: FrozenContent(bytes: delivery.body, digest: try properties.require(HeaderName.content)), id: id)
    }

    /// To its lane.
    public func outgoing() -> OutgoingMessage { outgoing(exchange: ExchangeName.notifications.name) }

    /// To a hold, after whose time it is on its lane again.
    public func outgoing(holdFor step: HoldStep) -> OutgoingMessage { outgoing(exchange: step.name) }

    private func outgoing(exchange: String) -> OutgoingMessage {
        var headers = [
            Header(HeaderName.request, .string(notification.request.description)),
            Header(HeaderName.service, .string(notification.service.text)),
            Header(HeaderName.endpoint, .string(notification.endpoint.id.description)),
            Header(HeaderName.address, .string(notification.endpoint.address)),
            Header(HeaderName.content, .string(notification.content.digest)),
            Header(HeaderName.attempt, .integer(Int64(notification.attempt))),
        ]
        func add(_ name: String, _ text: String?) {
            if let text { headers.append(Header(name, .string(text))) }
        }
        add(HeaderName.consumer, notification.consumer)
        add(HeaderName.reference, notification.reference)
        add(HeaderName.traceparent, notification.traceparent)
        if notification.suspicion != .none { add(HeaderName.suspect, notification.suspicion.rawValue) }
        if notification.endpoint.secretGeneration != 1 {
            headers.append(Header(HeaderName.secretGeneration, .integer(Int64(notification.endpoint.secretGeneration))))
        }
        if let expiresAt = notification.expiresAt {
            headers.append(Header(HeaderName.expiresAt, .integer(expiresAt.milliseconds)))
        }
        return OutgoingMessage(
            exchange: exchange, routingKey: RoutingKey.notification(notification.medium, notification.lane),
            properties: MessageProperties(
                messageID: notification.id.description, type: MessageType.notification, contentType: MessageType.json,
                headers: headers),
            body: notification.content.bytes)
    }
}
