import Model
import Runtime
import Synchronization

/// The endpoints that were disabled lately: what still waits for one of them is not tried again.
///
/// Only what has waited is checked. A disabled endpoint gets no new notifications, and each that waits comes back within the longest retry
/// delay, so that those of the last day are enough.
final class DisabledEndpoints: Sendable {
    private let endpoints = Mutex<Set<EndpointID>>([])
    /// So that the lock is not taken while there are none.
    private let count = Atomic(0)

    func replace(with disabled: Set<EndpointID>) {
        endpoints.withLock { $0 = disabled }
        count.store(disabled.count, ordering: .relaxed)
    }

    /// Whether this notification has waited, and its endpoint has been disabled meanwhile.
    func end(_ notification: Notification) -> Bool {
        guard count.load(ordering: .relaxed) > 0, notification.attempt > 1 || notification.deferrals > 0 else { return false }
        return endpoints.withLock { $0.contains(notification.endpoint.id) }
    }
}
