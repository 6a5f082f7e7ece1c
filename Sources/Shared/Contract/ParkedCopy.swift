public import Broker
public import Model
public import Topology

/// A message as it is on a parked queue: what it carries, and why it is there.
public struct ParkedCopy: Sendable {
    public enum Contents: Sendable {
        case notifications([Notification])
        case requests([Submission])
        /// What a service does not send and a sender does not receive: the rest of a fan-out, events.
        case other(type: String)
        case unreadable(ContractError)
    }

    public let reason: ParkedReason
    public let contents: Contents
    /// As it was before it was parked, without its user, and with an empty exchange.
    public let message: OutgoingMessage
    /// What an operator calls it: the id of its first notification or request; without one, the digest of its body.
    public let id: String
    /// Why it is parked, as one sentence.
    public let why: String
    /// The queue that it comes from; nil where the broker parked it.
    public let parkedFrom: String?
    /// nil where the broker parked it.
    public let parkedAt: Timestamp?
    /// The broker user that published it; nil where it set none.
    public let user: String?
    /// Whether a part of the original is missing.
    public let isTruncated: Bool
    /// The size of the original's body, in bytes.
    public let bodyBytes: Int

    public init(_ delivery: Delivery, from reason: ParkedReason) {
        // Only what Posthorn parked has headers of its own: what the broker parked still has those that its publisher gave it.
        let isOurs = delivery.exchange == ExchangeName.parked.name
        func note(_ name: String) -> String? { isOurs ? delivery.properties.string(name) : nil }
        var original = delivery.properties
        let user = isOurs ? note(HeaderName.parkedUser) : original.userID
        let bodyBytes = isOurs ? original.integer(HeaderName.bodyBytes) : nil
        self.reason = reason
        self.user = user
        self.bodyBytes = bodyBytes.map { Int(clamping: $0) } ?? delivery.body.count
        isTruncated = isOurs && original[HeaderName.truncated] == .bool(true)
        why = note(HeaderName.reason) ?? "it was returned to its queue too often"
        parkedFrom = note(HeaderName.parkedFrom)
        parkedAt = note(HeaderName.parkedAt).flatMap { Timestamp($0) }
        let key = isOurs ? note(HeaderName.parkedKey) ?? Self.key(of: parkedFrom) : delivery.routingKey
        original.headers.removeAll { HeaderName.ofParking.contains($0.name) }
        original.userID = user
        contents = Contents(
            Delivery(
                tag: delivery.tag, exchange: "", routingKey: key, isRedelivered: false, properties: original, body: delivery.body)
        )
        id = contents.ids.first ?? String(EncodedContent(bytes: delivery.body).digest.prefix(12))
        original.userID = nil
        message = OutgoingMessage(exchange: "", routingKey: key, properties: original, body: delivery.body)
    }

    /// All names by which an operator may refer to it.
    public var ids: [String] { contents.ids + [id] }

    public var tenant: TenantName? {
        switch contents {
        case .notifications(let notifications): notifications[0].tenant
        case .requests(let submissions): submissions[0].tenant
        case .other, .unreadable: nil
        }
    }

    /// nil where it has none, as a request.
    public var medium: Medium? { if case .notifications(let notifications) = contents { notifications[0].medium } else { nil } }

    /// The providers that failed to send it in the attempts that it remembers.
    public var failedProviders: Set<String> {
        guard case .notifications(let notifications) = contents else { return [] }
        return Set(notifications.flatMap(\.history).map(\.provider))
    }

    /// The routing key of a copy that an earlier version parked: it is known of a notification only.
    private static func key(of queue: String?) -> String {
        guard let queue, queue.hasPrefix("send.") else { return "" }
        return String(queue.dropFirst("send.".count))
    }
}

extension ParkedCopy.Contents {
    init(_ delivery: Delivery) {
        do throws(ContractError) {
            switch delivery.properties.type {
            case MessageType.notification: self = .notifications(try NotificationMessage(delivery).notifications)
            case MessageType.cursor, MessageType.event, MessageType.mark: self = .other(type: delivery.properties.type ?? "")
            default: self = .requests(try RequestMessage(delivery).submissions)
            }
        } catch {
            self = .unreadable(error)
        }
    }

    /// Of all notifications and requests: a notification's own id and that of its request.
    var ids: [String] {
        switch self {
        case .notifications(let notifications): notifications.flatMap { [$0.id.description, $0.request.description] }
        case .requests(let submissions): submissions.compactMap { $0.id?.description }
        case .other, .unreadable: []
        }
    }
}

extension HeaderName {
    fileprivate static let ofParking: Set = [reason, parkedFrom, parkedAt, parkedKey, parkedUser, truncated, bodyBytes]
}
