import Lanes
import Model
import Synchronization

/// What the workers of a lane have done with one of its queues since the process started, for reports.
final class LaneCounts: Sendable {
    private let taken = Atomic(0)
    private let requeued = Atomic(0)
    private let acknowledgedMessages = Atomic(0)
    private let position = Mutex(QueuePosition())

    /// Messages that were delivered, and are neither acknowledged nor requeued.
    var unacknowledged: Int {
        max(0, taken.load(ordering: .relaxed) - requeued.load(ordering: .relaxed) - acknowledged)
    }
    var acknowledged: Int { acknowledgedMessages.load(ordering: .relaxed) }
    var oldest: LaneReport.Oldest { position.withLock { $0.oldest } }

    func took(_ count: Int) { taken.add(count, ordering: .relaxed) }

    /// This delivery was at the head of the queue.
    func reached(_ delivery: OpenDelivery) {
        guard let accepted = delivery.accepted else { return }
        position.withLock { $0.took(accepted) }
    }

    /// They were returned to the queue, or the broker has requeued them.
    func requeued(_ count: Int) { requeued.add(count, ordering: .relaxed) }

    func acknowledged(_ count: Int) { acknowledgedMessages.add(count, ordering: .relaxed) }

    /// A worker stopped consuming.
    ///
    /// - Parameters:
    ///   - unbegun: what it returned to the queue.
    ///   - hadRoom: whether it would have taken more, so that the queue was empty.
    func stopped(_ unbegun: [OpenDelivery], hadRoom: Bool) {
        let accepted = unbegun.compactMap(\.accepted).min()
        position.withLock { $0.stopped(oldestUnbegun: accepted, hadRoom: hadRoom, at: .now) }
    }
}

extension OpenDelivery {
    /// When the request of its first notification was accepted; nil if it is not a first attempt: a retry has waited elsewhere.
    var accepted: Timestamp? {
        guard case .success(let notifications) = contents, let first = notifications.first, first.attempt == 1 else { return nil }
        return first.acceptedAt ?? first.request.time
    }
}
