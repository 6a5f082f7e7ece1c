import Lanes
import Model

/// What the workers of a queue know of the age of the oldest message that waits on it, without a look at the queue: a queue keeps its order, so
/// what waits was accepted after what was taken last. Pure.
struct QueuePosition {
    private(set) var oldest = LaneReport.Oldest.unknown

    /// A message was taken from the head.
    mutating func took(_ accepted: Timestamp) { oldest = .notBefore(accepted) }

    /// A worker stopped consuming.
    ///
    /// - Parameters:
    ///   - oldestUnbegun: of the messages that it returned to the head of the queue; nil if it returned none.
    ///   - hadRoom: whether it would have taken more. Then the queue was empty, and what waits has arrived since.
    mutating func stopped(oldestUnbegun: Timestamp?, hadRoom: Bool, at now: Timestamp) {
        if let oldestUnbegun {
            if case .exactly(let earlier) = oldest, earlier < oldestUnbegun { return }
            oldest = .exactly(oldestUnbegun)
        } else if hadRoom {
            if case .exactly = oldest { return }
            oldest = .notBefore(now)
        }
    }
}
