public import Broker
import Synchronization

/// An unacknowledged delivery with several items. It is acknowledged when all of them are done.
public final class OpenMessage: Sendable {
    public let delivery: Delivery
    private let undone: Atomic<Int>

    /// - Parameter count: how many items the message has; one for a message that cannot be read.
    public init(_ delivery: Delivery, count: Int) {
        self.delivery = delivery
        undone = Atomic(count)
    }

    /// Counts one item as done. May be called from any thread.
    ///
    /// - Returns: whether it was the last.
    public func finishOne() -> Bool { undone.subtract(1, ordering: .relaxed).newValue == 0 }
}
