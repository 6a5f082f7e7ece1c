import Contract
import Model

/// Divides the tokens of one account among the processes that demand some. The priority lane comes first, but each other lane gets a tenth of
/// what is granted while it waits; within a lane the processes take turns. Pure.
struct AccountGrants {
    typealias Instant = ContinuousClock.Instant

    private struct Asker {
        var number: Int
        /// Less what it has been granted since.
        var wanted: TokensByLane
        var rate: Int
        var demandedAt: Instant
        /// What it had received, and what it was granted, since this process began to count.
        var received: Int
        var granted = 0
        var grantedAt: Instant?
    }

    /// What a lane gets of what others are granted while it waits.
    static let floor = 0.1
    /// A demand is of no use later: tokens could not be used in time.
    static let patience = Duration.milliseconds(100)
    /// A process that has demanded nothing for so long is forgotten.
    static let memory = Duration.seconds(2)

    private var bucket: TokenBucket
    private var askers: [String: Asker] = [:]
    /// In the order of their turns, for each lane.
    private var turns: [Lane: [String]] = [:]
    /// What a lane is still to get as its tenth.
    private var owed: [Lane: Double] = [:]
    private var pausedUntil: Instant?

    init(rate: Int, at now: Instant) { bucket = TokenBucket(rate: rate, at: now) }

    /// Whether somebody waits.
    var isWanted: Bool { askers.values.contains { $0.wanted.total > 0 } }

    mutating func demanded(_ demand: LimitDemand.Account, number: Int, by process: String, at now: Instant) {
        if demand.pausedFor > .zero { pausedUntil = max(pausedUntil ?? now, now + demand.pausedFor) }
        var asker =
            askers[process]
            ?? Asker(number: number, wanted: .zero, rate: demand.rate, demandedAt: now, received: demand.received)
        guard number >= asker.number else { return }
        // A grant that has not arrived by now is lost, or its tokens are.
        if let grantedAt = asker.grantedAt, grantedAt + TokenBucket.latest < now {
            (asker.received, asker.granted, asker.grantedAt) = (demand.received, 0, nil)
        }
        var underWay = max(0, asker.granted - (demand.received - asker.received))
        asker.wanted = demand.wanted
        for lane in Lane.allCases {
            let less = min(underWay, asker.wanted[lane])
            asker.wanted[lane] -= less
            underWay -= less
        }
        (asker.number, asker.rate, asker.demandedAt) = (number, demand.rate, now)
        if askers.updateValue(asker, forKey: process) == nil {
            for lane in Lane.allCases { turns[lane, default: []].append(process) }
        }
    }

    /// What can be granted now.
    ///
    /// - Parameter onlyUrgent: whether only the priority lane gets some.
    /// - Returns: the tokens of each process, with the number of its demand.
    mutating func distribute(onlyUrgent: Bool = false, at now: Instant) -> [String: (number: Int, tokens: TokensByLane)] {
        forget(at: now)
        var grants: [String: (number: Int, tokens: TokensByLane)] = [:]
        if let pausedUntil, now < pausedUntil { return grants }
        // Processes with different settings: the account has one limit.
        guard let rate = askers.values.map(\.rate).min() else { return grants }
        bucket.setRate(rate, at: now)
        while let lane = nextLane(onlyUrgent: onlyUrgent, at: now), let process = nextProcess(lane) {
            bucket.take(1, at: now)
            askers[process]!.wanted[lane] -= 1
            askers[process]!.granted += 1
            askers[process]!.grantedAt = now
            grants[process, default: (askers[process]!.number, .zero)].tokens[lane] += 1
        }
        return grants
    }

    /// The lane that gets the next token; nil if there is none for those that wait.
    private mutating func nextLane(onlyUrgent: Bool, at now: Instant) -> Lane? {
        let waiting = Lane.allCases.filter { lane in askers.values.contains { $0.wanted[lane] > 0 } }
        for lane in Lane.allCases where !waiting.contains(lane) { owed[lane] = nil }
        guard let first = waiting.first, bucket.available(isUrgent: true, at: now) > 0 else { return nil }
        let due = onlyUrgent ? nil : waiting.first { owed[$0, default: 0] >= 1 }
        if due == nil {
            guard first == .priority || !onlyUrgent && bucket.available(isUrgent: false, at: now) > 0 else { return nil }
        }
        let lane = due ?? first
        for other in waiting where other != lane { owed[other, default: 0] += Self.floor }
        owed[lane] = max(0, owed[lane, default: 0] - 1)
        return lane
    }

    private mutating func nextProcess(_ lane: Lane) -> String? {
        guard let place = turns[lane]?.firstIndex(where: { askers[$0]!.wanted[lane] > 0 }) else { return nil }
        let process = turns[lane]!.remove(at: place)
        turns[lane]!.append(process)
        return process
    }

    private mutating func forget(at now: Instant) {
        for (process, asker) in askers {
            if asker.demandedAt + Self.patience < now { askers[process]!.wanted = .zero }
            guard asker.demandedAt + Self.memory < now else { continue }
            askers[process] = nil
            for lane in Lane.allCases { turns[lane]!.removeAll { $0 == process } }
        }
    }
}
