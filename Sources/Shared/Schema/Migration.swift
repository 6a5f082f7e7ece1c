/// One numbered step of the schema. A migration that has been released is never changed.
struct Migration: Sendable {
    /// From 1, without gaps.
    let number: Int
    let name: String
    /// Statements separated by semicolons, run in one transaction.
    let script: String

    var description: String { String(repeating: "0", count: max(0, 4 - "\(number)".count)) + "\(number) \(name)" }

    /// Every step, in order.
    static let all = [Migration.spine, .isolation, .recordOfLanes, .ruleInline]
}
