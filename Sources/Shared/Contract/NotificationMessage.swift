public import Broker
public import Model
public import Topology

/// Notifications of one service on their way to a sender.
///
/// A message carries one notification or, on lanes other than priority, several, because the broker's cost of a message hardly depends on
/// how many it carries (`docs/decisions/0013-several-in-one-message.md`). Those of one fan-out share their content; those of different requests
/// share a message where the contents are small (`docs/decisions/0035-single-requests-travel-together.md`). The own
/// documents of a notification, its values and alternatives, follow the content in the same body. One that was returned to its queue travels
/// alone: what ends each process that has it must not take others with it.
public struct NotificationMessage: Sendable {
    /// At least one, all with the same service, medium, lane, traffic and number of returns. Those that differ only in endpoint, consumer and own documents are
    /// adjacent.
    public let notifications: [Notification]

    /// The limit for all contents of a message that carries several notifications, in bytes, and the same limit for all their own documents.
    public static let sizeLimit = 64 << 10

    /// Groups notifications into as few messages as their differences and the capacity allow.
    public static func messages(of notifications: [Notification]) -> [NotificationMessage] {
        placed(notifications).map(\.message)
    }

    /// The same, with the indices of each message's notifications in the argument.
    public static func placed(_ notifications: [Notification]) -> [(message: NotificationMessage, places: [Int])] {
        let haveDocuments = notifications.contains(where: \.hasOwnDocuments)
        let together = alike(notifications, haveDocuments).grouped(
            by: { Route(notifications[$0[0]]) },
            whileRoom: { groups, next in
                let first = notifications[next[0]]
                return first.returns == 0 && groups.reduce(next.count) { $0 + $1.count } <= first.lane.messageCapacity
                    && groups.reduce(first.content.bytes.count) { $0 + notifications[$1[0]].content.bytes.count } <= sizeLimit
                    && (!haveDocuments || ownSize(groups.joined(), and: next, of: notifications) <= sizeLimit)
            })
        return together.map { groups in
            let places = Array(groups.joined())
            return (NotificationMessage(together: places.map { notifications[$0] }), places)
        }
    }

    /// The indices of notifications with the same common fields, in groups of at most as many as one message may carry.
    private static func alike(_ notifications: [Notification], _ haveDocuments: Bool) -> [[Int]] {
        var alike: [[Int]] = []
        var latest: [CommonKey: Int] = [:]
        var last: Int?
        for place in notifications.indices {
            // Those of a fan-out are adjacent, so that most are only compared with the one before.
            let known = last.flatMap { notifications[alike[$0][0]].isAlike(notifications[place]) ? $0 : nil }
            let group = known ?? latest[CommonKey(notifications[place])]
            if let group, notifications[place].returns == 0, alike[group].count < notifications[place].lane.messageCapacity,
                !haveDocuments || ownSize(alike[group], and: [place], of: notifications) <= sizeLimit
            {
                alike[group].append(place)
                last = group
            } else {
                last = alike.count
                latest[CommonKey(notifications[place])] = alike.count
                alike.append([place])
            }
        }
        return alike
    }

    /// The length of all own documents of both, in bytes.
    private static func ownSize(_ places: some Sequence<Int>, and others: [Int], of notifications: [Notification]) -> Int {
        func size(_ places: some Sequence<Int>) -> Int { places.reduce(0) { $0 + notifications[$1].ownSize } }
        return size(places) + size(others)
    }

    public init(_ notification: Notification) { self.init(together: [notification]) }

    private init(together notifications: [Notification]) { self.notifications = notifications }

    /// - Throws: `ContractError`, which names the property.
    public init(_ delivery: Delivery) throws(ContractError) {
        try delivery.properties.requireType(MessageType.notification)
        guard let (medium, lane, traffic) = RoutingKey.parseNotification(delivery.routingKey) else {
            throw .property(name: "the routing key", problem: "must be <medium>.<lane> or <medium>.<lane>.burst")
        }
        notifications = try NotificationHeader.notifications(delivery, medium, lane, traffic).returned(
            as: ReturnedMessage(delivery))
    }

    /// The message for their lane.
    public func outgoing() -> OutgoingMessage { outgoing(exchange: ExchangeName.notifications.name) }

    /// The message for a retry delay queue. After the delay it returns to the lane.
    public func outgoing(after delay: RetryDelay) -> OutgoingMessage { outgoing(exchange: delay.exchange) }

    private func outgoing(exchange: String) -> OutgoingMessage {
        let first = notifications[0]
        let groups = NotificationHeader.groups(notifications)
        var headers = [Header(NotificationHeader.name, .string(NotificationHeader.text(of: groups)))]
        if first.returns > 0 { headers.append(Header(HeaderName.returns, first.returns)) }
        return OutgoingMessage(
            exchange: exchange, routingKey: RoutingKey.notification(first.medium, first.lane, first.traffic),
            properties: MessageProperties(type: MessageType.notification, contentType: MessageType.json, headers: headers),
            body: NotificationHeader.body(of: groups))
    }

    /// What notifications must have in common to share a block of common fields.
    private struct CommonKey: Hashable {
        let route: Route
        let facts: CommonFields

        init(_ notification: Notification) {
            route = Route(notification)
            facts = CommonFields(notification)
        }
    }

    /// What they must have in common to share a message.
    private struct Route: Hashable {
        let tenant: TenantName
        let medium: Medium
        let lane: Lane
        let traffic: Traffic
        let returns: Int

        init(_ notification: Notification) {
            tenant = notification.tenant
            medium = notification.medium
            lane = notification.lane
            traffic = notification.traffic
            returns = notification.returns
        }
    }
}
