public import Broker
public import Model
public import Topology

/// Notifications of one service on their way to a sender.
///
/// A message carries one notification or, where nobody is waiting, several, because what a message costs the broker hardly depends on how
/// many it carries (`docs/decisions/0013-several-in-one-message.md`). Those of one fan-out share their content; those of different requests
/// travel together where the contents are small (`docs/decisions/0035-single-requests-travel-together.md`). What a notification says to its
/// recipient alone goes beside the content, in the same body.
public struct NotificationMessage: Sendable {
    /// At least one, alike in service, medium, lane and traffic. Those that are alike in all but the endpoint, the consumer and the values
    /// stand together.
    public let notifications: [Notification]

    /// How long the contents of a message may be together, in bytes, where it carries several, and how long all values of its notifications,
    /// unless it carries one alone.
    public static let sizeLimit = 64 << 10

    /// Puts notifications into as few messages as their differences and the capacity allow.
    public static func messages(of notifications: [Notification]) -> [NotificationMessage] {
        placed(notifications).map(\.message)
    }

    /// The same, with the places that each message's notifications have in what was given.
    public static func placed(_ notifications: [Notification]) -> [(message: NotificationMessage, places: [Int])] {
        let haveValues = notifications.contains { $0.values != nil }
        let together = alike(notifications, haveValues).grouped(
            by: { Way(notifications[$0[0]]) },
            whileRoom: { groups, next in
                let first = notifications[next[0]]
                return groups.reduce(next.count) { $0 + $1.count } <= first.lane.messageCapacity
                    && groups.reduce(first.content.bytes.count) { $0 + notifications[$1[0]].content.bytes.count } <= sizeLimit
                    && (!haveValues || valuesSize(groups.joined(), and: next, of: notifications) <= sizeLimit)
            })
        return together.map { groups in
            let places = Array(groups.joined())
            return (NotificationMessage(together: places.map { notifications[$0] }), places)
        }
    }

    /// The places of those that have all in common, at most as many together as one message may carry.
    private static func alike(_ notifications: [Notification], _ haveValues: Bool) -> [[Int]] {
        var alike: [[Int]] = []
        var latest: [Likeness: Int] = [:]
        var last: Int?
        for place in notifications.indices {
            // Those of a fan-out come one after the other, so that most need only be compared with the one before.
            let known = last.flatMap { notifications[alike[$0][0]].isAlike(notifications[place]) ? $0 : nil }
            let group = known ?? latest[Likeness(notifications[place])]
            if let group, alike[group].count < notifications[place].lane.messageCapacity,
                !haveValues || valuesSize(alike[group], and: [place], of: notifications) <= sizeLimit
            {
                alike[group].append(place)
                last = group
            } else {
                last = alike.count
                latest[Likeness(notifications[place])] = alike.count
                alike.append([place])
            }
        }
        return alike
    }

    /// How long the values of these and those are together, in bytes.
    private static func valuesSize(_ places: some Sequence<Int>, and others: [Int], of notifications: [Notification]) -> Int {
        func size(_ places: some Sequence<Int>) -> Int {
            places.reduce(0) { $0 + (notifications[$1].values?.encoded.count ?? 0) }
        }
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
        notifications = try NotificationHeader.notifications(delivery, medium, lane, traffic)
    }

    /// To their lane.
    public func outgoing() -> OutgoingMessage { outgoing(exchange: ExchangeName.notifications.name) }

    /// To a hold, after whose time they are on their lane again.
    public func outgoing(after step: RetryDelay) -> OutgoingMessage { outgoing(exchange: step.exchange) }

    private func outgoing(exchange: String) -> OutgoingMessage {
        let first = notifications[0]
        let groups = NotificationHeader.groups(notifications)
        return OutgoingMessage(
            exchange: exchange, routingKey: RoutingKey.notification(first.medium, first.lane, first.traffic),
            properties: MessageProperties(
                type: MessageType.notification, contentType: MessageType.json,
                headers: [Header(NotificationHeader.name, .string(NotificationHeader.text(of: groups)))]),
            body: NotificationHeader.body(of: groups))
    }

    /// What notifications must have in common to be told of together.
    private struct Likeness: Hashable {
        let way: Way
        let facts: CommonFields

        init(_ notification: Notification) {
            way = Way(notification)
            facts = CommonFields(notification)
        }
    }

    /// What they must have in common to travel in one message.
    private struct Way: Hashable {
        let tenant: TenantName
        let medium: Medium
        let lane: Lane
        let traffic: Traffic

        init(_ notification: Notification) {
            tenant = notification.tenant
            medium = notification.medium
            lane = notification.lane
            traffic = notification.traffic
        }
    }
}
