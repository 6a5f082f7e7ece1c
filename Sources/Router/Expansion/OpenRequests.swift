import Broker
import Synchronization

/// A message of requests that is not acknowledged yet: it is when all the requests that it carries are done.
final class OpenRequests: Sendable {
    let delivery: Delivery
    private let undone: Atomic<Int>

    /// - Parameter count: how many requests the message carries; one for a message that cannot be read.
    init(_ delivery: Delivery, count: Int) {
        self.delivery = delivery
        undone = Atomic(count)
    }

    /// Counts one that is done.
    ///
    /// - Returns: whether it was the last.
    func finishOne() -> Bool { undone.subtract(1, ordering: .relaxed).newValue == 0 }
}
