import Contract
import Model

/// The tokens of one account that this process may use now, and what waits for some. Pure.
struct TokenLease {
    typealias Instant = ContinuousClock.Instant

    private struct Batch {
        var tokens: TokensByLane
        let until: Instant
    }

    private var batches: [Batch] = []
    private(set) var wanted = TokensByLane.zero
    /// All tokens that came, whether they were used or not.
    private(set) var received = 0
    /// Those that were not used in time.
    private(set) var expired = 0

    /// Takes a token: one of the lane's own, or one that a more urgent lane has left.
    mutating func take(_ lane: Lane, at now: Instant) -> Bool {
        drop(at: now)
        guard !batches.isEmpty else { return false }
        for owner in Lane.allCases[...Lane.allCases.firstIndex(of: lane)!].reversed() {
            guard let place = batches.firstIndex(where: { $0.tokens[owner] > 0 }) else { continue }
            batches[place].tokens[owner] -= 1
            if batches[place].tokens.total == 0 { batches.remove(at: place) }
            wanted[lane] = max(0, wanted[lane] - 1)
            return true
        }
        return false
    }

    /// - Parameter count: how many of a lane's wait now.
    /// - Returns: whether more wait than before.
    mutating func want(_ count: Int, _ lane: Lane) -> Bool {
        defer { wanted[lane] = count }
        return count > wanted[lane]
    }

    /// What to demand: what waits, and has no token yet.
    mutating func demand(at now: Instant) -> TokensByLane {
        drop(at: now)
        var demand = wanted
        for lane in Lane.allCases {
            demand[lane] = max(0, demand[lane] - batches.reduce(0) { $0 + $1.tokens[lane] })
        }
        return demand
    }

    /// - Parameter until: when they are lost.
    mutating func granted(_ tokens: TokensByLane, until: Instant, at now: Instant) {
        received += tokens.total
        if until > now { batches.append(Batch(tokens: tokens, until: until)) } else { expired += tokens.total }
    }

    private mutating func drop(at now: Instant) {
        guard let first = batches.first, first.until <= now || batches.count > 1 else { return }
        expired += batches.filter { $0.until <= now }.reduce(0) { $0 + $1.tokens.total }
        batches.removeAll { $0.until <= now }
    }
}
