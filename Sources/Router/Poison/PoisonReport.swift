import Broker
import Contract
import Model

/// What is to be told of a message that the broker has set aside, because it came back to its queue too often. Its copy for the operator is
/// on `parked.poison` already.
struct PoisonReport: Sendable {
    static let reason = "it broke what processed it again and again, and was set aside"

    var events: [Event] = []
    /// Requests that are to be noted as rejected.
    var rejections: [RequestLedger.Rejection] = []

    /// - Parameter trustedUsers: the broker users of Posthorn's own producers.
    init(_ delivery: Delivery, trustedUsers: Set<String>, at now: Timestamp) {
        if let notifications = try? NotificationMessage(delivery).notifications {
            events = notifications.map { notification in
                .notification(
                    NotificationEvent(
                        .technicalFailure, of: notification, attempt: notification.attempt, at: now, reason: Self.reason))
            }
        } else if let cursor = try? CursorMessage(delivery).cursor {
            events = [.request(.finished(cursor, notifications: cursor.notifications, at: now, reason: Self.reason))]
        } else if let submissions = try? RequestMessage(delivery).submissions {
            let own = submissions.filter { $0.user == $0.tenant.text || trustedUsers.contains($0.user ?? "") }
            events = own.flatMap { $0.told(.rejected, why: Self.reason, at: now) }
            rejections = own.compactMap { $0.rejection(why: Self.reason) }
        }
    }
}
