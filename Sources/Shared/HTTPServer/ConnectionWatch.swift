import Dispatch
import Glibc
import Runtime
import Synchronization

/// Cuts connections that are too slow. libmicrohttpd's own time-out counts from the last byte, so a client that sends one byte now and then
/// would keep its connection forever; here each phase of a connection has a moment by which it must be over.
///
/// It also shares the connections among the clients, so that one client cannot hold all of them.
final class ConnectionWatch: Sendable {
    /// One open connection.
    final class Entry: Sendable {
        let descriptor: Int32
        let client: Client
        /// Whether it counts as one of its client's.
        fileprivate let isShare: Bool
        /// Whether a request of it has reached the handler.
        private let served = Atomic(false)
        /// In nanoseconds of the monotonic clock.
        private let deadline: Atomic<UInt64>

        fileprivate init(descriptor: Int32, client: Client, isShare: Bool, deadline: UInt64) {
            self.descriptor = descriptor
            self.client = client
            self.isShare = isShare
            self.deadline = Atomic(deadline)
        }

        var hasServed: Bool { served.load(ordering: .relaxed) }

        func noteServed() { served.store(true, ordering: .relaxed) }

        /// The phase that begins now must be over within that time; nil: it takes as long as it takes.
        func expect(within limit: Duration?) {
            deadline.store(limit.map { monotonicNow() + nanoseconds($0) } ?? .max, ordering: .relaxed)
        }

        fileprivate func isOverdue(at moment: UInt64) -> Bool { deadline.load(ordering: .relaxed) < moment }
    }

    /// Where a connection comes from.
    struct Client: Sendable {
        /// What one client can choose its addresses from: the address itself, of IPv6 its first 64 bits.
        let network: UInt64
    }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        var shares: FairShares<UInt64>
    }

    private let state: Mutex<State>
    private let refused: Counter

    init(connectionLimit: Int, refused: Counter) {
        state = Mutex(State(shares: FairShares(limit: connectionLimit)))
        self.refused = refused
    }

    /// A connection that is one too many for its client is shut down at once, and its thread closes it.
    func opened(descriptor: Int32, client: Client, headLimit: Duration) -> Entry {
        let deadline = monotonicNow() + nanoseconds(headLimit)
        return state.withLock { state in
            let isShare = state.shares.take(by: client.network)
            let entry = Entry(descriptor: descriptor, client: client, isShare: isShare, deadline: deadline)
            state.entries[ObjectIdentifier(entry)] = entry
            if !isShare {
                refused.increment()
                shutdown(descriptor, Int32(SHUT_RDWR))
            }
            return entry
        }
    }

    /// Called before the descriptor is closed, so that `cutOverdue`, which holds the same lock, never meets a number that already
    /// belongs to another connection.
    func closed(_ entry: Entry) {
        state.withLock { state in
            state.entries[ObjectIdentifier(entry)] = nil
            if entry.isShare { state.shares.give(by: entry.client.network) }
        }
    }

    /// Shuts down each connection whose phase should be over. Its thread then sees the end of the stream and closes it.
    func cutOverdue() -> Int {
        let now = monotonicNow()
        return state.withLock { state in
            let overdue = state.entries.values.filter { $0.isOverdue(at: now) }
            for entry in overdue { shutdown(entry.descriptor, Int32(SHUT_RDWR)) }
            return overdue.count
        }
    }
}

/// Asked several times for each request, for which Swift's own clock is too slow.
private func monotonicNow() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

private func nanoseconds(_ duration: Duration) -> UInt64 {
    let (seconds, attoseconds) = duration.components
    return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
}
