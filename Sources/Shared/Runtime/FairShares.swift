/// A limited amount that several parties share, so that no party can take all of it: a party may hold at most as much as is free. One party
/// alone gets half, two equal parties get a third each, and something is always left for a new party. Nothing is reserved, so there is no
/// limit to configure for each party (dynamic thresholds, Choudhury and Hahne, 1998). Does no I/O.
public struct FairShares<Party: Hashable & Sendable>: Sendable {
    public let limit: Int
    /// The sum that all parties hold; never more than the limit.
    public private(set) var total = 0
    /// Only parties that hold something, so at most `limit` entries.
    private var held: [Party: Int] = [:]

    public init(limit: Int) { self.limit = limit }

    /// - Returns: false if the party may not hold so much; then nothing changes.
    public mutating func take(_ amount: Int = 1, by party: Party) -> Bool {
        let next = held[party, default: 0] + amount
        guard next <= limit - total else { return false }
        total += amount
        held[party] = next
        return true
    }

    /// Returns an amount that was taken.
    public mutating func give(_ amount: Int = 1, by party: Party) {
        let rest = held[party, default: 0] - amount
        precondition(rest >= 0, "returned more than was taken")
        total -= amount
        held[party] = rest == 0 ? nil : rest
    }
}
