public import Broker
public import Model
import Topology

/// What is published so that a parked message is tried again: its notifications as a new attempt, or its requests as they were.
///
/// A replay may be repeated, because the one who replays may die before the parked copy is acknowledged. So each notification is a possible
/// duplicate, which a sender looks up, and a request keeps its id, by which the router knows it.
public struct Replay: Sendable {
    /// Why a message cannot be replayed.
    public enum Obstacle: Error, Sendable, Equatable, CustomStringConvertible {
        /// A part of it was not kept.
        case truncated
        case unreadable(ContractError)
        /// It is neither a notification nor a request.
        case ofItsType(String)
        case expired(Timestamp)
        case withoutID
        /// It was not published by its service, nor by Posthorn for it.
        case unauthorised
        /// It was reported as failed, and its consumer's next endpoint has taken over.
        case continued

        public var description: String {
            switch self {
            case .truncated: "only a part of it was kept"
            case .unreadable(let error): "it cannot be read: \(error)"
            case .ofItsType(let type): "a message of type \(type) cannot be replayed"
            case .expired(let time): "it expired at \(time)"
            case .withoutID: "it has no message_id"
            case .continued: "it has continued on its consumer's next endpoint"
            case .unauthorised: "its sender may not send for the service that it names"
            }
        }
    }

    /// To be confirmed before the parked copy is acknowledged.
    public let messages: [OutgoingMessage]
    /// The same. They reopen the notifications in the record.
    public let events: [Event]

    /// - Parameter user: the broker user that publishes it, which is that of Posthorn's own producers.
    public init(of copy: ParkedCopy, by user: String, at now: Timestamp = .now) throws(Obstacle) {
        if copy.isTruncated { throw .truncated }
        switch copy.contents {
        case .notifications(let notifications):
            if let time = notifications.lazy.compactMap(\.expiresAt).first(where: { $0 < now }) { throw .expired(time) }
            if copy.reason == .poison, notifications.contains(where: { $0.alternatives != nil }) { throw .continued }
            let begun = notifications.map { Self.next(after: $0, at: now) }
            messages = NotificationMessage.messages(of: begun).map { $0.outgoing() }
            events = begun.map { .notification(NotificationEvent(.replayed, of: $0, attempt: $0.attempt - 1, at: now)) }
        case .requests(let submissions):
            messages = [try Self.again(copy, submissions, by: user)]
            events = []
        case .other(let type): throw .ofItsType(type)
        case .unreadable(let error): throw .unreadable(error)
        }
    }

    /// The replay has a number between those of the attempts before and after it, so that everything that follows from it has a higher number
    /// than everything before it, also a failure without an attempt.
    private static func next(after notification: Notification, at now: Timestamp) -> Notification {
        var next = notification
        next.attempt += 2
        (next.deferrals, next.returns) = (0, 0)
        next.notBefore = nil
        (next.duplicateRisk, next.possibleDuplicateSince) = (.possible, now)
        return next
    }

    private static func again(_ copy: ParkedCopy, _ submissions: [Submission], by user: String) throws(Obstacle)
        -> OutgoingMessage
    {
        // Published by Posthorn's user, it counts for the service that it names, whoever sent it.
        guard submissions.allSatisfy({ $0.user == $0.tenant.text || $0.user == user }) else { throw .unauthorised }
        guard submissions.allSatisfy({ $0.id != nil }) else { throw .withoutID }
        guard copy.reason != .expired else { throw .expired(copy.parkedAt ?? .now) }
        var message = copy.message
        message.exchange = ExchangeName.requests.name
        message.properties.userID = user
        return message
    }
}
