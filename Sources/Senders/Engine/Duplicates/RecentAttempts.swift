import Model
import Synchronization

/// The attempts of possible duplicates that began recently. Two copies of one notification may be looked up before either is on record;
/// the second copy then finds the first here. Pure.
struct RecentAttempts {
    private struct Key: Hashable {
        let notification: NotificationID
        let attempt: Int
    }

    /// How long at least an attempt is remembered: longer than it takes to record its outcome.
    static let span = Duration.seconds(15)
    /// After this many in one span, further ones are not remembered, so that memory has a limit.
    static let capacity = 100_000

    private var current: Set<Key> = []
    private var previous: Set<Key> = []
    private var end: ContinuousClock.Instant?

    /// - Returns: whether the attempt was not begun recently.
    mutating func begin(_ notification: Notification, at now: ContinuousClock.Instant = .now) -> Bool {
        turn(now)
        let key = Key(notification: notification.id, attempt: notification.attempt)
        guard !current.contains(key), !previous.contains(key) else { return false }
        if current.count < Self.capacity { current.insert(key) }
        return true
    }

    /// It was not made after all.
    mutating func forget(_ notification: Notification) {
        let key = Key(notification: notification.id, attempt: notification.attempt)
        current.remove(key)
        previous.remove(key)
    }

    private mutating func turn(_ now: ContinuousClock.Instant) {
        guard let end else {
            self.end = now + Self.span
            return
        }
        guard now >= end else { return }
        previous = now < end + Self.span ? current : []
        current = []
        self.end = now + Self.span
    }
}

extension RecentAttempts {
    /// Those of a lane. A second copy may come by the lane's other queue.
    final class Shared: Sendable {
        private let attempts = Mutex(RecentAttempts())

        /// - Returns: whether the attempt was not begun recently.
        func begin(_ notification: Notification) -> Bool { attempts.withLock { $0.begin(notification) } }

        func forget(_ notification: Notification) { attempts.withLock { $0.forget(notification) } }
    }
}
