import Model
import Topology

/// A notification that is tried again after a wait.
struct Retry: Sendable {
    var notification: Notification
    /// How long it waits in total. It may spend the wait on several retry delay queues, one after the other.
    let wait: Duration

    init(_ notification: Notification, after wait: Duration) {
        self.notification = notification
        self.wait = wait
    }

    /// The retry delay whose queue is meant for it now.
    var step: RetryDelay { RetryDelay(within: wait) }
}
