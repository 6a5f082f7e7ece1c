import Contract
import Model

/// The process that grants the tokens of a medium's accounts to all processes. It counts by its own clock, and nothing that another process
/// says about time matters. Pure.
struct LimitGranter {
    typealias Instant = ContinuousClock.Instant

    /// How often those that are not urgent get tokens.
    static let interval = Duration.milliseconds(20)
    /// A new granter waits until all tokens of the one before it have been used or are lost.
    static let quiet = TokenBucket.latest + .milliseconds(50)
    /// An account beyond these is not limited: names come from settings, so there are few.
    static let capacity = 1000

    private let begin: Instant
    private var accounts: [String: AccountGrants] = [:]
    private var lastRound: Instant?

    /// - Parameter isAlone: nobody has granted tokens before, and nobody else does.
    init(isAlone: Bool = false, at now: Instant) { begin = isAlone ? now : now + Self.quiet }

    /// When to call `grants` next; nil if nobody waits.
    var nextRound: Instant? {
        guard accounts.values.contains(where: \.isWanted) else { return nil }
        return max(begin, lastRound.map { $0 + Self.interval } ?? begin)
    }

    mutating func demanded(_ demand: LimitDemand, at now: Instant) {
        let first = max(begin, now)
        for account in demand.accounts {
            guard accounts[account.name] != nil || accounts.count < Self.capacity else { continue }
            accounts[account.name, default: AccountGrants(rate: account.rate, at: first)]
                .demanded(account, number: demand.number, by: demand.process, at: now)
        }
    }

    /// What can be granted now, at most one grant for each process.
    mutating func grants(at now: Instant) -> [LimitGrant] {
        guard now >= begin else { return [] }
        let isRound = lastRound.map { now >= $0 + Self.interval } ?? true
        if isRound { lastRound = now }
        var grants: [String: LimitGrant] = [:]
        for name in Array(accounts.keys) {
            for (process, grant) in accounts[name]!.distribute(onlyUrgent: !isRound, at: now) {
                grants[process, default: LimitGrant(process: process, number: grant.number, tokens: [:])].tokens[name] =
                    grant.tokens
            }
        }
        return Array(grants.values)
    }
}
