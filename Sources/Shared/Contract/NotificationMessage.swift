public import Broker
public import Model
public import Topology

/// Notifications on their way to a sender: their common content as the body, and in one header what is each one's own.
///
/// A message carries one notification or, where nobody is waiting, several of the same fan-out, because what a message costs the broker
/// hardly depends on how many it carries (`docs/decisions/0013-several-in-one-message.md`).
public struct NotificationMessage: Sendable {
    /// At least one, alike in all but the endpoint and the consumer.
    public let notifications: [Notification]

    /// Puts notifications into as few messages as their differences and the capacity allow; the order within a message is kept.
    public static func messages(of notifications: [Notification]) -> [NotificationMessage] {
        placed(notifications).map(\.message)
    }

    /// The same, with the places that each message's notifications have in what was given.
    public static func placed(_ notifications: [Notification]) -> [(message: NotificationMessage, places: [Int])] {
        let groups = notifications.indices.grouped(
            by: { Common(notifications[$0]) },
            whileRoom: { group, next in group.count < notifications[next].lane.messageCapacity })
        return groups.map { places in (NotificationMessage(alike: places.map { notifications[$0] }), places) }
    }

    public init(_ notification: Notification) { self.init(alike: [notification]) }

    private init(alike notifications: [Notification]) { self.notifications = notifications }

    /// - Throws: `ContractError`, which names the property.
    public init(_ delivery: Delivery) throws(ContractError) {
        let properties = delivery.properties
        try properties.requireType(MessageType.notification)
        let words = delivery.routingKey.split(separator: ".")
        guard words.count == 2, let medium = Medium(rawValue: String(words[0])), let lane = Lane(rawValue: String(words[1]))
        else {
            throw .property(name: "the routing key", problem: "must be <medium>.<lane>")
        }
        let blocks = try HeaderBlock.blocks(of: NotificationHeader.name, in: properties)
        guard let common = blocks.first, blocks.count > 1 else {
            throw .property(
                name: NotificationHeader.name, problem: "must have a block of what is common and one for each notification")
        }
        let request = try common.require("request", RequestID.init)
        let service = try common.require("service", ServiceName.init)
        let reference = common["reference"]
        let attempt = Int(common.integer("attempt") ?? 1)
        let deferrals = Int(common.integer("deferrals") ?? 0)
        let suspicion = common["suspect"].flatMap { Suspicion(rawValue: $0) } ?? .none
        let doubtedAt = common.integer("doubted-at").map { Timestamp(milliseconds: $0) }
        let notBefore = common.integer("not-before").map { Timestamp(milliseconds: $0) }
        let expiresAt = common.integer("expires-at").map { Timestamp(milliseconds: $0) }
        let traceparent = properties.string(HeaderName.traceparent)
        let content = FrozenContent(bytes: delivery.body, digest: try common.require("content") { $0 })
        var notifications: [Notification] = []
        for own in blocks.dropFirst() {
            notifications.append(
                Notification(
                    request: request, service: service, reference: reference, lane: lane, consumer: own["consumer"],
                    endpoint: Endpoint(
                        id: try own.require("endpoint", EndpointID.init), medium: medium,
                        address: try own.require("address") { $0 }, secretGeneration: Int(own.integer("generation") ?? 1)),
                    attempt: attempt, deferrals: deferrals, suspicion: suspicion, doubtedAt: doubtedAt, notBefore: notBefore,
                    expiresAt: expiresAt, traceparent: traceparent, content: content,
                    id: try own.require("id", NotificationID.init)))
        }
        self.notifications = notifications
    }

    /// To their lane.
    public func outgoing() -> OutgoingMessage { outgoing(exchange: ExchangeName.notifications.name) }

    /// To a hold, after whose time they are on their lane again.
    public func outgoing(holdFor step: HoldStep) -> OutgoingMessage { outgoing(exchange: step.exchange) }

    private func outgoing(exchange: String) -> OutgoingMessage {
        let first = notifications[0]
        var headers = [Header(NotificationHeader.name, .string(NotificationHeader.text(of: notifications)))]
        if let traceparent = first.traceparent { headers.append(Header(HeaderName.traceparent, .string(traceparent))) }
        return OutgoingMessage(
            exchange: exchange, routingKey: RoutingKey.notification(first.medium, first.lane),
            properties: MessageProperties(type: MessageType.notification, contentType: MessageType.json, headers: headers),
            body: first.content.bytes)
    }

    /// What notifications must have in common to travel in one message.
    private struct Common: Hashable {
        let request: RequestID
        let service: ServiceName
        let medium: Medium
        let lane: Lane
        let attempt: Int
        let deferrals: Int
        let suspicion: Suspicion
        let doubtedAt: Timestamp?
        let notBefore: Timestamp?
        let expiresAt: Timestamp?
        let content: String

        init(_ notification: Notification) {
            request = notification.request
            service = notification.service
            medium = notification.medium
            lane = notification.lane
            attempt = notification.attempt
            deferrals = notification.deferrals
            suspicion = notification.suspicion
            doubtedAt = notification.doubtedAt
            notBefore = notification.notBefore
            expiresAt = notification.expiresAt
            content = notification.content.digest
        }
    }
}
