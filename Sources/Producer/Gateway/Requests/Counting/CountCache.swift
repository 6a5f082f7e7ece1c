import Lookups
import Model

/// How many notifications requests had when they were counted last. Pure.
///
/// An answer holds for 20 times as long as counting took, and for a second at least, so polls of a request spend at most a twentieth of the
/// time on counting, however large it is and however often they come.
struct CountCache: Sendable {
    struct Key: Hashable, Sendable {
        let tenant: TenantName
        let request: RequestID
        /// The request's state when it was counted: what was counted before its expansion ended is no answer afterwards.
        let state: String
    }

    /// What was counted.
    struct Answer: Sendable, Equatable {
        let counts: RequestStore.Counts
        let countedAt: Timestamp
    }

    private struct Entry {
        let answer: Answer
        let until: ContinuousClock.Instant
    }

    /// How long an answer holds that will not change.
    private static let finalAge = Duration.seconds(600)

    private var entries: BoundedCache<Key, Entry>

    /// - Parameter capacity: how many requests at most.
    init(capacity: Int = 10_000) { entries = BoundedCache(capacity: capacity) }

    func find(_ key: Key, at now: ContinuousClock.Instant) -> Answer? {
        guard let entry = entries.find(key), now < entry.until else { return nil }
        return entry.answer
    }

    /// - Parameter duration: how long counting took.
    mutating func store(_ key: Key, _ answer: Answer, took duration: Duration, at now: ContinuousClock.Instant) {
        let isFinal = !["accepted", "expanding", "cancelled"].contains(key.state) && answer.counts.areFinal
        let age = isFinal ? Self.finalAge : max(.seconds(1), duration * 20)
        entries.store(key, Entry(answer: answer, until: now + age))
    }
}
