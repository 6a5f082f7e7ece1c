/// What was looked up, kept for a while and within a bound. Pure: its caller tells the time and does the asking.
///
/// A value is used without asking while it is `fresh`. When it is `due`, one caller is told to ask while the others go on with it. Past
/// `limit` it is only good for the case that nobody can be asked, and at last it is forgotten.
struct LookupTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    struct Ages: Sendable {
        let due: Duration
        let limit: Duration
        /// How long a value may stand in for an answer while the database is away.
        let outage: Duration
    }

    enum Finding {
        case fresh(Value)
        /// Ask; where that fails, go on with the value.
        case due(Value)
        case nothing
    }

    private struct Entry {
        let value: Value
        let learned: ContinuousClock.Instant
        /// When somebody was last told to ask.
        var asked: ContinuousClock.Instant
    }

    private let ages: Ages
    private let capacity: Int
    /// Two generations, so that the table stays bounded at no cost: when the young one is full, the old one is forgotten.
    private var young: [Key: Entry] = [:]
    private var old: [Key: Entry] = [:]

    /// - Parameter capacity: how many entries at most.
    init(ages: Ages, capacity: Int) {
        self.ages = ages
        self.capacity = capacity
    }

    var count: Int { young.count + old.keys.count { young[$0] == nil } }

    mutating func find(_ key: Key, at now: ContinuousClock.Instant) -> Finding {
        guard let entry = young[key] ?? old[key] else { return .nothing }
        let age = now - entry.learned
        if age < ages.due { return .fresh(entry.value) }
        // Somebody else is asking; until the limit the old answer will do. During an outage nobody needs to ask each time.
        let patience = age < ages.limit ? ages.limit - ages.due : .milliseconds(500)
        if age < ages.outage, entry.asked != entry.learned, now - entry.asked < patience {
            return .fresh(entry.value)
        }
        guard age < ages.outage else { return .nothing }
        put(key, Entry(value: entry.value, learned: entry.learned, asked: now))
        return .due(entry.value)
    }

    /// The value where it may be used, if only for want of an answer. Tells nobody to ask.
    func peek(_ key: Key, at now: ContinuousClock.Instant) -> Value? {
        guard let entry = young[key] ?? old[key], now - entry.learned < ages.outage else { return nil }
        return entry.value
    }

    mutating func store(_ key: Key, _ value: Value, at now: ContinuousClock.Instant) {
        put(key, Entry(value: value, learned: now, asked: now))
    }

    mutating func remove(_ key: Key) {
        young[key] = nil
        old[key] = nil
    }

    private mutating func put(_ key: Key, _ entry: Entry) {
        if young[key] == nil, young.count >= capacity / 2 {
            old = young
            young = [:]
        }
        young[key] = entry
    }
}
