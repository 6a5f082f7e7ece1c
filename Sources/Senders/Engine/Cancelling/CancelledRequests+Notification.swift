import Cancellations
import Model

extension CancelledRequests {
    /// Whether the notification may not be sent any more.
    func contains(_ notification: Notification) -> Bool { contains(notification.request, of: notification.tenant) }
}
