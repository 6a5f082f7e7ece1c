import Lookups
import Testing

@Suite struct BoundedCacheTests {
    @Test func neverHoldsMoreThanItsCapacityAndForgetsTheOldest() {
        var cache = BoundedCache<Int, Int>(capacity: 10)
        for number in 0..<1000 { cache.store(number, number) }
        #expect((0..<1000).count { cache.find($0) != nil } <= 10)
        #expect((995..<1000).allSatisfy { cache.find($0) == $0 })
        #expect(cache.find(0) == nil)
    }

    @Test func returnsTheValueThatWasStoredLast() {
        var cache = BoundedCache<String, Int>(capacity: 4)
        for name in ["a", "b", "c", "a"] { cache.store(name, 1) }
        cache.store("a", 2)
        #expect(cache.find("a") == 2)
        cache.remove("a")
        #expect(cache.find("a") == nil)
    }

    @Test func forgetsWhatIsRemovedInBothGenerations() {
        var cache = BoundedCache<String, Int>(capacity: 4)
        for name in ["a", "b", "c", "a"] { cache.store(name, 1) }
        cache.remove("a")
        #expect(cache.find("a") == nil && cache.find("b") == 1)
    }
}
