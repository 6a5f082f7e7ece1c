/// A table that holds no more than its capacity. Pure.
///
/// It has two generations, so that the bound costs nothing for each entry: when the young one has half of the capacity, the old one is
/// forgotten. So what was stored last is there for half of the capacity at least.
public struct BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let capacity: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    /// - Parameter capacity: how many entries at most.
    public init(capacity: Int) { self.capacity = capacity }

    public var count: Int { young.count + old.keys.count { young[$0] == nil } }

    public func find(_ key: Key) -> Value? { young[key] ?? old[key] }

    public mutating func store(_ key: Key, _ value: Value) {
        if young[key] == nil, young.count >= capacity / 2 {
            old = young
            young = [:]
        }
        young[key] = value
    }

    public mutating func remove(_ key: Key) {
        young[key] = nil
        old[key] = nil
    }
}
