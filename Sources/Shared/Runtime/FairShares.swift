/// A limited amount that several parties share, so that no party can take all of it: each may hold at most as much as is free for everybody.
/// Alone it gets half, beside one like itself a third, and for a newcomer something is always left. Nothing is reserved for anybody, so the
/// bound needs no number for each party (dynamic thresholds, Choudhury and Hahne, 1998). Pure.
public struct FairShares<Party: Hashable & Sendable>: Sendable {
    public let limit: Int
    /// How much all parties hold together; never more than the limit.
    public private(set) var total = 0
    /// Holds only parties that hold something, so it is bounded by the limit.
    private var held: [Party: Int] = [:]

    public init(limit: Int) { self.limit = limit }

    /// - Returns: false where the party may not hold so much; then nothing has changed.
    public mutating func take(_ amount: Int = 1, by party: Party) -> Bool {
        let next = held[party, default: 0] + amount
        guard next <= limit - total else { return false }
        total += amount
        held[party] = next
        return true
    }

    /// Gives back what was taken.
    public mutating func give(_ amount: Int = 1, by party: Party) {
        let rest = held[party, default: 0] - amount
        precondition(rest >= 0, "more is given back than was taken")
        total -= amount
        held[party] = rest == 0 ? nil : rest
    }
}
