import Model
import Topology

/// A notification that is tried again after a wait.
struct Retry: Sendable {
    var notification: Notification
    /// How long it waits in total. It may spend the wait on several retry delay queues, one after the other.
    let wait: Duration
    /// Whether the copy shows since when it is due, also when that is over: at an account with a rate it is its turn since then.
    let keepsTurn: Bool

    init(_ notification: Notification, after wait: Duration, keepsTurn: Bool = false) {
        self.notification = notification
        self.wait = wait
        self.keepsTurn = keepsTurn
    }

    /// When it is due. A new turn is a full second, so that many that wait for theirs have the same common fields. It is rounded down: a copy that
    /// is back before its time would wait again.
    func due(at now: Timestamp) -> Timestamp {
        let due = now + wait
        let isNew = notification.notBefore.map { $0 < now } ?? true
        return keepsTurn && isNew ? Timestamp(milliseconds: due.milliseconds / 1000 * 1000) : due
    }

    /// The retry delay whose queue is meant for it now.
    var step: RetryDelay { RetryDelay(within: wait) }
}
