import Model
import Topology

@testable import Senders

extension Settler.Item {
    /// What is tried again; nil if nothing is.
    var retry: (notification: Notification, step: RetryDelay)? {
        if case .retry(let notification, let delay)? = successor { (notification, delay) } else { nil }
    }

    /// The notification of the next endpoint; nil if it does not continue.
    var next: Notification? {
        if case .onNextEndpoint(let notification)? = successor { notification } else { nil }
    }
}
