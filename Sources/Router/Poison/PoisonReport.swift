import Broker
import Contract
import Model

/// What to publish for a message that the broker has dead-lettered as poison because it was returned to its queue too often: its events, and the
/// notifications of the next endpoints. The copy for the operator is already on `parked.poison`.
struct PoisonReport: Sendable {
    static let reason = "it was returned to its queue too often and was parked as poison"

    var fanOut = FanOut()
    /// The requests to record as rejected.
    var rejections: [RequestLedger.Rejection] = []

    /// - Parameter trustedUsers: the broker users of Posthorn's own producers.
    init(_ delivery: Delivery, trustedUsers: Set<String>, at now: Timestamp) {
        if let notifications = try? NotificationMessage(delivery).notifications {
            for var notification in notifications {
                // Each sender that returned it may have continued it already.
                notification.duplicateRisk = .possible
                fanOut.fail(notification, attempt: notification.attempt, because: Self.reason, at: now)
            }
        } else if let cursor = try? CursorMessage(delivery).cursor {
            fanOut.events = [.request(.finished(cursor, notifications: cursor.notifications, at: now, reason: Self.reason))]
        } else if let submissions = try? RequestMessage(delivery).submissions {
            let own = submissions.filter { $0.user == $0.tenant.text || trustedUsers.contains($0.user ?? "") }
            fanOut.events = own.flatMap { $0.events(.rejected, why: Self.reason, at: now) }
            rejections = own.compactMap { $0.rejection(why: Self.reason) }
        }
    }
}
