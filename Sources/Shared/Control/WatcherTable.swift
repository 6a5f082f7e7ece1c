/// The participants that call the roll of this one: they are informed when it leaves. Pure.
struct WatcherTable {
    /// Bounds the memory.
    static let capacity = 1000

    private var called: [String: ContinuousClock.Instant] = [:]

    mutating func note(_ id: String, at now: ContinuousClock.Instant) {
        called = called.filter { now < $0.value + PresenceTable.lifetime }
        guard called.count < Self.capacity else { return }
        called[id] = now
    }

    func live(at now: ContinuousClock.Instant) -> [String] {
        called.filter { now < $0.value + PresenceTable.lifetime }.map(\.key)
    }
}
