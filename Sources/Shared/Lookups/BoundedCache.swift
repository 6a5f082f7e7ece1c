/// A table that holds no more than its capacity. Pure.
///
/// It has two generations, so that the bound costs nothing for each entry: when the young one has half of the capacity, the old one is
/// forgotten. So what was stored last is there for half of the capacity at least.
///
/// It is used for each call of an API, so all of it is inlinable: the modules that use it get a table of their own types.
public struct BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    @usableFromInline let capacity: Int
    @usableFromInline var young: [Key: Value] = [:]
    @usableFromInline var old: [Key: Value] = [:]

    /// - Parameter capacity: how many entries at most.
    @inlinable public init(capacity: Int) { self.capacity = capacity }

    @inlinable public func find(_ key: Key) -> Value? { young[key] ?? old[key] }

    @inlinable public mutating func store(_ key: Key, _ value: Value) {
        if young[key] == nil, young.count >= capacity / 2 {
            old = young
            young = [:]
        }
        young[key] = value
    }

    @inlinable public mutating func remove(_ key: Key) {
        young[key] = nil
        old[key] = nil
    }
}
