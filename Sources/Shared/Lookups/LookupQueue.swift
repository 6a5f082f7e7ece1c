import Runtime

/// Decides who asks, who waits for somebody else's answer, and who is rejected. Each key is asked for once at a time, few keys are asked
/// for at the same time, the places in the queue are shared so that no party takes all of them, and parties take turns. Pure.
public struct LookupQueue<Key: Hashable & Sendable, Party: Hashable & Sendable, Waiter> {
    public enum Action {
        /// Ask for the key; then call `finish`.
        case ask
        case wait
        case refuse
    }

    private struct Place {
        let party: Party
        let waiter: Waiter
    }

    private let underWayLimit: Int
    private var underWay = 0
    private var shares: FairShares<Party>
    private var places: [Key: [Place]] = [:]
    /// The keys that nobody asks for yet, of each party in the order in which they came.
    private var queues: [Party: [Key]] = [:]
    /// The parties that have such keys; the first has the next turn.
    private var turns: [Party] = []

    /// - Parameters:
    ///   - underWayLimit: how many keys may be asked for at the same time.
    ///   - callerLimit: how many callers may wait for an answer, those who ask among them.
    public init(underWayLimit: Int, callerLimit: Int) {
        self.underWayLimit = underWayLimit
        shares = FairShares(limit: callerLimit)
    }

    /// - Parameter waiter: is kept until the key's `finish`, unless the caller is refused.
    public mutating func join(_ key: Key, _ waiter: Waiter, by party: Party) -> Action {
        guard shares.take(by: party) else { return .refuse }
        places[key, default: []].append(Place(party: party, waiter: waiter))
        guard places[key]?.count == 1 else { return .wait }
        guard underWay < underWayLimit else {
            if queues[party] == nil { turns.append(party) }
            queues[party, default: []].append(key)
            return .wait
        }
        underWay += 1
        return .ask
    }

    /// The answer for a key is there.
    ///
    /// - Returns: those who have waited for it, and the key that is to be asked for next.
    public mutating func finish(_ key: Key) -> (waiters: [Waiter], next: Key?) {
        let done = places.removeValue(forKey: key) ?? []
        for place in done { shares.give(by: place.party) }
        underWay -= 1
        let next = takeNext()
        if next != nil { underWay += 1 }
        return (done.map(\.waiter), next)
    }

    private mutating func takeNext() -> Key? {
        guard let party = turns.first, var keys = queues[party] else { return nil }
        turns.removeFirst()
        let key = keys.removeFirst()
        queues[party] = keys.isEmpty ? nil : keys
        if !keys.isEmpty { turns.append(party) }
        return key
    }
}
