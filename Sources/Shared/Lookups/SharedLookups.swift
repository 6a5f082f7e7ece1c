import Synchronization

/// Asks (the database, mostly) for what many may want to know at the same time, within the bounds of a `LookupQueue`.
public final class SharedLookups<Key: Hashable & Sendable, Party: Hashable & Sendable, Answer: Sendable>: Sendable {
    /// nil: rejected without asking.
    private typealias Waiter = CheckedContinuation<Result<Answer, any Error>?, Never>

    private let queue: Mutex<LookupQueue<Key, Party, Waiter>>
    private let work: @Sendable (Key) async throws -> Answer

    /// - Parameters:
    ///   - underWayLimit: how many keys may be asked for at the same time.
    ///   - callerLimit: how many callers may wait.
    ///   - work: asks; called once at a time for each key.
    public init(
        underWayLimit: Int, callerLimit: Int, work: @escaping @Sendable (Key) async throws -> Answer
    ) {
        queue = Mutex(LookupQueue(underWayLimit: underWayLimit, callerLimit: callerLimit))
        self.work = work
    }

    /// - Throws: what the work throws.
    /// - Returns: nil where so many wait already that this party is rejected.
    public func ask(_ key: Key, by party: Party) async throws -> Answer? {
        let result = await withCheckedContinuation { (waiter: Waiter) in
            switch queue.withLock({ $0.join(key, waiter, by: party) }) {
            case .ask: start(key)
            case .wait: break
            case .refuse: waiter.resume(returning: nil)
            }
        }
        return try result?.get()
    }

    /// Several callers may wait for it, so it continues when the caller that started it is cancelled.
    private func start(_ key: Key) {
        Task {
            var next: Key? = key
            while let key = next {
                let result: Result<Answer, any Error>
                do { result = .success(try await work(key)) } catch { result = .failure(error) }
                let (waiters, following) = queue.withLock { $0.finish(key) }
                for waiter in waiters { waiter.resume(returning: result) }
                next = following
            }
        }
    }
}
