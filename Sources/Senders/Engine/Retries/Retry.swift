import Model
import Topology

/// A notification that is tried again after a wait.
struct Retry: Sendable {
    var notification: Notification
    /// How long it waits in total. It may spend the wait on several retry delay queues, one after the other.
    let wait: Duration
    /// Whether it waits for its turn at an account with a rate. Then the copy shows since when it is its turn.
    let keepsTurn: Bool

    init(_ notification: Notification, after wait: Duration, keepsTurn: Bool = false) {
        self.notification = notification
        self.wait = wait
        self.keepsTurn = keepsTurn
    }

    /// When it is due. A turn is a full second, so that many that wait for theirs have the same common fields.
    func due(at now: Timestamp) -> Timestamp {
        let due = now + wait
        return keepsTurn ? Timestamp(milliseconds: (due.milliseconds + 999) / 1000 * 1000) : due
    }

    /// The retry delay whose queue is meant for it now.
    var step: RetryDelay { RetryDelay(within: wait) }
}
