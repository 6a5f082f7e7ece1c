import Runtime
import Testing

@Suite struct FairSharesTests {
    /// How much each party gets when they take one each in turn until none can take more.
    private func filled(_ limit: Int, by parties: [String]) -> [Int] {
        var shares = FairShares<String>(limit: limit)
        var amounts = parties.map { _ in 0 }
        while case let served = parties.indices.filter({ shares.take(by: parties[$0]) }), !served.isEmpty {
            for index in served { amounts[index] += 1 }
        }
        return amounts
    }

    @Test func `a party alone gets half`() { #expect(filled(100, by: ["a"]) == [50]) }

    @Test func `two equal parties get a third each`() { #expect(filled(99, by: ["a", "b"]) == [33, 33]) }

    @Test func `a new party always gets something`() {
        var shares = FairShares<Int>(limit: 64)
        for party in 0..<5 { while shares.take(by: party) {} }
        let taken = shares.take(by: 99)
        #expect(taken)
    }

    @Test func `all together never hold more than the limit`() {
        var shares = FairShares<Int>(limit: 10)
        for party in 0..<1000 { while shares.take(by: party) {} }
        #expect(shares.total <= 10)
    }

    @Test func `a returned amount can be taken again, also by others`() {
        var shares = FairShares<String>(limit: 10)
        let first = shares.take(5, by: "a")
        let tooMuch = shares.take(by: "a")
        shares.give(5, by: "a")
        let other = shares.take(5, by: "b")
        #expect(first && !tooMuch && other && shares.total == 5)
    }
}
