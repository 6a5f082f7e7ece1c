import Topology

/// Which processes of the watched roles are there, from their answers to roll calls. Pure.
struct PresenceTable {
    typealias Instant = ContinuousClock.Instant

    /// The time between two roll calls.
    static let interval = Duration.seconds(2)
    /// A participant that has been silent for longer is gone.
    static let lifetime = interval * 3
    /// A process that is there answers a roll call within this time, unless it hangs.
    static let patience = Duration.seconds(1)
    /// Bounds the memory. There are never so many processes.
    static let capacity = 10_000

    private var seen: [String: (participant: Participant, at: Instant)] = [:]
    /// When everybody who is there has had the time to answer; nil before the first roll call.
    private(set) var settlesAt: Instant?

    /// A roll call was published.
    mutating func called(at now: Instant) { settlesAt = settlesAt ?? now + Self.patience }

    /// Answers may have been lost, so the next roll call counts as the first. Those that are known stay until they are silent for too long.
    mutating func restart() { settlesAt = nil }

    mutating func note(_ participant: Participant, at now: Instant) {
        if seen.count >= Self.capacity { sweep(at: now) }
        guard seen.count < Self.capacity else { return }
        seen[participant.id] = (participant, now)
    }

    mutating func left(_ id: String) { seen[id] = nil }

    /// Those that receive what is sent to the address.
    mutating func live(at address: ControlAddress, _ now: Instant) -> [Participant] {
        sweep(at: now)
        return seen.values.map(\.participant).filter { $0.addresses.contains(address) }
    }

    /// Whether all that are there are known.
    func isSettled(at now: Instant) -> Bool { settlesAt.map { $0 <= now } ?? false }

    private mutating func sweep(at now: Instant) { seen = seen.filter { now < $0.value.at + Self.lifetime } }
}
