import Accounts
import Database
import Lookups
import Model
import Synchronization
import WebAPI

/// Counts the notifications of requests: each request once at a time, few requests at a time, and none again before `CountCache` says so.
final class RequestCounts: Sendable {
    private let lookups: SharedLookups<CountCache.Key, Int64, CountCache.Answer>
    private let cache: Answers

    /// - Parameters:
    ///   - underWay: how many requests are counted at the same time, so that most connections to the database are left for others.
    ///   - callers: how many callers may wait; of one service at most as many as places are free.
    init(_ store: RequestStore, underWay: Int = 2, callers: Int = 1024) {
        let cache = Answers()
        self.cache = cache
        lookups = SharedLookups(underWayLimit: underWay, callerLimit: callers) { key in
            let (start, startedAt) = (ContinuousClock.now, Timestamp.now)
            let counts = try await store.counts(of: key.request, tenant: key.tenant)
            let answer = CountCache.Answer(counts: counts, countedAt: startedAt)
            cache.store(key, answer, took: .now - start)
            return answer
        }
    }

    /// - Throws: `Problem` 503 where too many callers wait; `DatabaseError`.
    func answer(for record: RequestStore.Record, of tenant: Tenant) async throws -> CountCache.Answer {
        let key = CountCache.Key(tenant: tenant.name, request: record.id, state: record.state)
        if let known = cache.find(key) { return known }
        guard let answer = try await lookups.ask(key, by: tenant.id) else { throw Problem.tooManyPolls }
        return answer
    }
}

/// The cache, which those who ask and those who count share.
private final class Answers: Sendable {
    private let cache = Mutex(CountCache())

    func find(_ key: CountCache.Key) -> CountCache.Answer? { cache.withLock { $0.find(key, at: .now) } }

    func store(_ key: CountCache.Key, _ answer: CountCache.Answer, took duration: Duration) {
        cache.withLock { $0.store(key, answer, took: duration, at: .now) }
    }
}
