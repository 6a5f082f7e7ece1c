import Glibc
import Synchronization

/// Cuts connections that are too slow. libmicrohttpd's own time-out counts from the last byte, so a client that sends one byte now and then
/// would keep its connection for ever; here each phase of a connection has a moment by which it must be over.
final class ConnectionWatch: Sendable {
    /// One open connection.
    final class Entry: Sendable {
        let descriptor: Int32
        let remoteAddress: String
        /// In nanoseconds of the monotonic clock.
        private let deadline: Atomic<UInt64>

        fileprivate init(descriptor: Int32, remoteAddress: String, deadline: UInt64) {
            self.descriptor = descriptor
            self.remoteAddress = remoteAddress
            self.deadline = Atomic(deadline)
        }

        /// The phase that begins now must be over within that time; nil: it takes as long as it takes.
        func expect(within limit: Duration?) {
            deadline.store(limit.map { monotonicNow() + nanoseconds($0) } ?? .max, ordering: .relaxed)
        }

        fileprivate func isOverdue(at moment: UInt64) -> Bool { deadline.load(ordering: .relaxed) < moment }
    }

    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])

    var count: Int { entries.withLock { $0.count } }

    func opened(descriptor: Int32, remoteAddress: String, idleLimit: Duration) -> Entry {
        let entry = Entry(
            descriptor: descriptor, remoteAddress: remoteAddress, deadline: monotonicNow() + nanoseconds(idleLimit))
        entries.withLock { $0[ObjectIdentifier(entry)] = entry }
        return entry
    }

    /// Called before the descriptor is closed, so that `cutOverdue`, which holds the same lock, never meets a number that already
    /// belongs to another connection.
    func closed(_ entry: Entry) {
        entries.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(entry)) }
    }

    /// Shuts down each connection whose phase should be over. Its thread then sees the end of the stream and closes it.
    func cutOverdue() -> Int {
        let now = monotonicNow()
        return entries.withLock { entries in
            let overdue = entries.values.filter { $0.isOverdue(at: now) }
            for entry in overdue { shutdown(entry.descriptor, Int32(SHUT_RDWR)) }
            return overdue.count
        }
    }
}

private func monotonicNow() -> UInt64 { UInt64(start.duration(to: .now) / .nanoseconds(1)) }

private let start = ContinuousClock.now

private func nanoseconds(_ duration: Duration) -> UInt64 { UInt64(duration / .nanoseconds(1)) }
