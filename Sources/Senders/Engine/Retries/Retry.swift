import Model
import Topology

/// A notification that is tried again after a wait.
struct Retry: Sendable {
    var notification: Notification
    /// How long it waits in total. It may spend the wait on several retry delay queues, one after the other.
    let wait: Duration
    /// Whether the copy shows, also when its wait is over, since when it is its turn at an account with a rate.
    let keepsTurn: Bool

    init(_ notification: Notification, after wait: Duration, keepsTurn: Bool = false) {
        self.notification = notification
        self.wait = wait
        self.keepsTurn = keepsTurn
    }

    /// The retry delay whose queue is meant for it now.
    var step: RetryDelay { RetryDelay(within: wait) }
}
