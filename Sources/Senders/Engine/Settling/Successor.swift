import Model
import Topology

/// The notification that takes over from one that is settled. It must be on its queue before anything says that the other one is done.
enum Successor: Sendable {
    /// The next attempt, or the same one later.
    case retry(Retry)
    /// The notification for the next endpoint of its consumer, at once. Its medium may be another one, which this process need not serve.
    case onNextEndpoint(Notification)

    var notification: Notification {
        switch self {
        case .retry(let retry): retry.notification
        case .onNextEndpoint(let notification): notification
        }
    }

    /// The retry delay queue to use first; for the next endpoint only if its lane has no room.
    var delay: RetryDelay {
        switch self {
        case .retry(let retry): retry.step
        case .onNextEndpoint: .fiveSeconds
        }
    }

    /// From now on the notification is looked up before it is sent, because another copy may be on its queue.
    mutating func markPossibleDuplicate() {
        var notification = notification
        (notification.duplicateRisk, notification.possibleDuplicateSince) = (.possible, nil)
        switch self {
        case .retry(let retry): self = .retry(Retry(notification, after: retry.wait, keepsTurn: retry.keepsTurn))
        case .onNextEndpoint: self = .onNextEndpoint(notification)
        }
    }
}
