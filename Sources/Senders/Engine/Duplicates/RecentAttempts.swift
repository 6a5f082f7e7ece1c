import Model
import Synchronization

/// The attempts that were begun of late although they might have been repeats. Two copies of one notification may be looked up before
/// either is on record; the second one then finds the first here. Pure.
struct RecentAttempts {
    private struct Key: Hashable {
        let notification: NotificationID
        let attempt: Int
    }

    /// So long at least an attempt is remembered: longer than its outcome takes to be on record.
    static let span = Duration.seconds(15)
    /// What comes within one span after so many is not remembered, so that memory has a bound.
    static let capacity = 100_000

    private var current: Set<Key> = []
    private var previous: Set<Key> = []
    private var end: ContinuousClock.Instant?

    /// - Returns: whether the attempt was not begun of late.
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

        /// - Returns: whether the attempt was not begun of late.
        func begin(_ notification: Notification) -> Bool { attempts.withLock { $0.begin(notification) } }

        func forget(_ notification: Notification) { attempts.withLock { $0.forget(notification) } }
    }
}
