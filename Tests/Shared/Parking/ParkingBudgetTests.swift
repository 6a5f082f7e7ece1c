import Testing

@testable import Parking

@Suite("Each owner may park a limited number of messages and bytes")
struct ParkingBudgetTests {
    private let start = ContinuousClock.now

    /// Whether there is room, as an expression: a macro cannot call what changes its operand.
    private func take(_ size: Int, _ owner: String, _ budget: inout ParkingBudget, after seconds: Int = 0) -> Bool {
        budget.take(size, for: owner, at: start + .seconds(seconds))
    }
    private static let few = ParkingBudget.Rate(burst: 3, perSecond: 1)
    private static let many = ParkingBudget.Rate(burst: 1000, perSecond: 100)

    @Test func `an owner parks its burst of messages, and more after some time`() {
        var budget = ParkingBudget(messages: Self.few, bytes: Self.many)
        let taken = (0..<5).map { _ in budget.take(1, for: "a", at: start) }
        #expect(taken == [true, true, true, false, false])
        #expect(take(1, "b", &budget))
        let later = (0..<3).map { _ in budget.take(1, for: "a", at: start + .seconds(2)) }
        #expect(later == [true, true, false])
    }

    @Test func `bytes are limited as well`() {
        var budget = ParkingBudget(messages: Self.many, bytes: Self.many)
        #expect(take(900, "a", &budget))
        #expect(!take(200, "a", &budget))
        #expect(take(100, "a", &budget))
        #expect(take(200, "a", &budget, after: 2))
    }

    @Test func `one message larger than the burst passes when the bucket is full`() {
        var budget = ParkingBudget(messages: Self.many, bytes: Self.many)
        #expect(take(5000, "a", &budget))
        #expect(!take(1, "a", &budget, after: 1))
        #expect(take(1, "a", &budget, after: 60))
    }

    @Test func `the number of buckets is bounded, and further owners share one`() {
        var budget = ParkingBudget(messages: Self.few, bytes: Self.many, owners: 2)
        #expect(take(1, "a", &budget) && take(1, "b", &budget))
        let shared = ["c", "d", "e", "f"].map { budget.take(1, for: $0, at: start) }
        #expect(shared == [true, true, true, false])
        // A full bucket is removed.
        #expect(take(1, "g", &budget, after: 10))
        #expect(take(1, "g", &budget, after: 10))
    }
}
