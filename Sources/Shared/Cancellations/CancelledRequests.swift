public import Model
import Runtime
import Synchronization

/// What a process knows of cancelled requests. While there are none, a check costs one atomic load. Safe on any thread.
public final class CancelledRequests: Sendable {
    /// How many a process remembers.
    public static let capacity = 1_000_000

    private let set: Mutex<CancellationSet>
    private let count = Atomic(0)
    private let hasReadAll = Atomic(false)
    private let waiting = Latch()

    public init(capacity: Int = capacity) { set = Mutex(CancellationSet(capacity: capacity)) }

    /// How many are known.
    public var known: Int { count.load(ordering: .acquiring) }

    /// Whether nothing more of the request may be sent.
    public func contains(_ request: RequestID, of tenant: TenantName) -> Bool {
        guard known > 0 else { return false }
        return set.withLock { $0.contains(request, of: tenant) }
    }

    /// - Returns: how many others were forgotten, because there are too many.
    @discardableResult
    public func add(_ cancellations: some Sequence<Cancellation>) -> Int {
        set.withLock { set in
            defer { count.store(set.count, ordering: .releasing) }
            return set.insert(cancellations)
        }
    }

    /// Whether everything on record has been read.
    public var isComplete: Bool { hasReadAll.load(ordering: .acquiring) }

    /// Returns when it is complete, which it is at once in normal operation, or when the process stops.
    ///
    /// - Returns: whether it is.
    public func complete() async -> Bool {
        if !isComplete { await waiting.wait() }
        return isComplete
    }

    func forget(before time: Timestamp) {
        set.withLock { set in
            set.forget(before: time)
            count.store(set.count, ordering: .releasing)
        }
    }

    /// Everything on record has been read.
    func markComplete() {
        hasReadAll.store(true, ordering: .releasing)
        waiting.open()
    }

    /// Ends all waiting for `complete`.
    func stopWaiting() { waiting.open() }
}
