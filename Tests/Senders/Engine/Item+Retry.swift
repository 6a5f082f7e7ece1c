import Model

@testable import Senders

extension Settler.Item {
    /// What is tried again; nil if nothing is.
    var retry: Retry? {
        if case .retry(let retry)? = successor { retry } else { nil }
    }

    /// The notification of the next endpoint; nil if it does not continue.
    var next: Notification? {
        if case .onNextEndpoint(let notification)? = successor { notification } else { nil }
    }
}
