/// What was looked up, kept for a while and within a bound. Pure: its caller gives the time and does the asking.
///
/// A value is used without asking while it is `fresh`. When it is `due`, one caller asks while the others keep using it. Past
/// `limit` it is used only while nobody can be asked, and in the end it is removed.
///
/// Like `BoundedCache`, all of it is inlinable.
public struct LookupTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// How old a value is when something changes for it.
    public struct Ages: Sendable {
        /// When it is to be asked for again.
        public let due: Duration
        /// When it is no answer any more, as long as somebody can be asked.
        public let limit: Duration
        /// When it is no answer at all.
        public let outage: Duration

        @inlinable public init(due: Duration, limit: Duration, outage: Duration) {
            self.due = due
            self.limit = limit
            self.outage = outage
        }
    }

    public enum Finding {
        case fresh(Value)
        /// Ask; where that fails, go on with the value.
        case due(Value)
        case nothing
    }

    @usableFromInline
    struct Entry: Sendable {
        @usableFromInline let value: Value
        @usableFromInline let learned: ContinuousClock.Instant
        /// When a caller was last made to ask.
        @usableFromInline let asked: ContinuousClock.Instant

        @inlinable
        init(_ value: Value, learned: ContinuousClock.Instant, asked: ContinuousClock.Instant) {
            self.value = value
            self.learned = learned
            self.asked = asked
        }
    }

    @usableFromInline let ages: Ages
    @usableFromInline var entries: BoundedCache<Key, Entry>

    /// - Parameter capacity: how many entries at most.
    @inlinable
    public init(ages: Ages, capacity: Int) {
        self.ages = ages
        entries = BoundedCache(capacity: capacity)
    }

    /// The value, and whether the caller is to ask for a newer one.
    @inlinable
    public mutating func find(_ key: Key, at now: ContinuousClock.Instant) -> Finding {
        guard let entry = entries.find(key) else { return .nothing }
        let age = now - entry.learned
        if age < ages.due { return .fresh(entry.value) }
        // Somebody else is asking; until the limit the old answer will do. During an outage nobody needs to ask each time.
        let patience = age < ages.limit ? ages.limit - ages.due : .milliseconds(500)
        if age < ages.outage, entry.asked != entry.learned, now - entry.asked < patience {
            return .fresh(entry.value)
        }
        guard age < ages.outage else { return .nothing }
        entries.store(key, Entry(entry.value, learned: entry.learned, asked: now))
        return .due(entry.value)
    }

    /// The value if it may be used, even if only because there is no answer. Makes no caller ask.
    @inlinable
    public func peek(_ key: Key, at now: ContinuousClock.Instant) -> Value? {
        guard let entry = entries.find(key), now - entry.learned < ages.outage else { return nil }
        return entry.value
    }

    @inlinable
    public mutating func store(_ key: Key, _ value: Value, at now: ContinuousClock.Instant) {
        entries.store(key, Entry(value, learned: now, asked: now))
    }

    @inlinable public mutating func remove(_ key: Key) { entries.remove(key) }
}
