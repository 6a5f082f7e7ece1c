import Model

/// Decides what is handed to a provider, what waits, and what is deferred because its destination is stalled.
///
/// Items wait here and not in the provider, so that they can still be deferred. Destinations take turns, and so do the tenants that share
/// one. A destination that answers may have as many open calls as the provider makes at once. One that does not, or of which nothing is
/// known, begins with a small share, and all of these together have a limit, so that they never fill a lane's window.
struct Gate<Item> {
    typealias Instant = ContinuousClock.Instant

    enum Action {
        case begin(Item, Ticket)
        case deferred(Item, Deferral)
    }

    /// Of an open call; passed to `ended` when it ends.
    struct Ticket {
        fileprivate(set) var slot: Int
        let flow: TenantFlow
        let begunAt: Instant
        let isUnproven: Bool
        let isProbe: Bool
    }

    struct Entry {
        let item: Item
        let flow: TenantFlow
        let enteredAt: Instant
    }

    /// May change at any time; open calls count in the new limits, too.
    var limits: GateLimits
    let breakers: BreakerTable
    var slots: [GateSlot<Entry>] = []
    private var unused: [Int] = []
    private var byDestination: [Destination: Int] = [:]
    /// Slots with waiting items, in the order of their turns.
    private var line = WaitingLine<Int>()
    private var sweepAt = 1024
    var unproven: [Traffic: Account] = [:]
    var flows: [TenantFlow: Account] = [:]

    /// When to call `advance` again even if nothing is added or ends.
    private(set) var nextLook: Instant?
    private(set) var waitingCount = 0

    init(limits: GateLimits, breakers: BreakerTable) {
        self.limits = limits
        self.breakers = breakers
    }

    mutating func add(_ item: Item, for destination: Destination, of flow: TenantFlow, at now: Instant) {
        let index = slot(for: destination, at: now)
        if slots[index].waiting.isEmpty {
            slots[index].pace = Pace(at: now)
            line.append(index)
        }
        slots[index].waiting.append(Entry(item: item, flow: flow, enteredAt: now), of: flow)
        waitingCount += 1
    }

    /// What can be decided now.
    mutating func advance(at now: Instant) -> [Action] {
        var actions: [Action] = []
        var stuck = WaitingLine<Int>()
        nextLook = nil
        while !line.isEmpty {
            let index = line.removeFirst()
            switch passage(index, at: now) {
            case .pass(let isUnproven, let isProbe):
                actions.append(begin(index, isUnproven: isUnproven, isProbe: isProbe, at: now))
            case .deferLast(let count, let why):
                for _ in 0..<count { actions.append(.deferred(takeLast(index), why)) }
            case .deferFirst(let why):
                actions.append(.deferred(takeFirst(index), why))
            case .wait(let until):
                stuck.append(index)
                nextLook = min(nextLook ?? until, until)
                continue
            }
            if !slots[index].waiting.isEmpty { line.append(index) }
        }
        line = stuck
        return actions
    }

    /// - Parameter sign: nil if the end says nothing about the destination.
    /// - Returns: whether it is time for `advance`. Not after each end: the next calls of a busy destination are handed over in batches,
    ///   which costs much less.
    mutating func ended(_ ticket: Ticket, _ sign: Sign?, at now: Instant) -> Bool {
        let hasAnswered = sign == .answered
        breakers.ended(slots[ticket.slot].destination, sign, isProbe: ticket.isProbe, at: now)
        slots[ticket.slot].end(answered: hasAnswered, begunAt: ticket.begunAt, limits, at: now)
        if ticket.isUnproven {
            unproven[ticket.flow.traffic]?.end(answered: hasAnswered, at: now)
            flows[ticket.flow]?.end(answered: hasAnswered, at: now)
            if flows[ticket.flow]?.running == 0 { flows[ticket.flow] = nil }
        }
        guard waitingCount > 0 else { return false }
        let room = slots[ticket.slot].room(limits, at: now)
        return ticket.isUnproven || !hasAnswered || slots[ticket.slot].account.running <= room * 3 / 4
    }

    private mutating func begin(_ index: Int, isUnproven: Bool, isProbe: Bool, at now: Instant) -> Action {
        let flow = slots[index].waiting.first!.flow
        slots[index].account.begin(at: now)
        if isUnproven {
            unproven[flow.traffic, default: Account()].begin(at: now)
            flows[flow, default: Account()].begin(at: now)
        }
        let ticket = Ticket(slot: index, flow: flow, begunAt: now, isUnproven: isUnproven, isProbe: isProbe)
        return .begin(takeFirst(index), ticket)
    }

    private mutating func takeFirst(_ index: Int) -> Item {
        waitingCount -= 1
        return slots[index].waiting.removeFirst().item
    }

    private mutating func takeLast(_ index: Int) -> Item {
        waitingCount -= 1
        return slots[index].waiting.removeLast().item
    }

    private mutating func slot(for destination: Destination, at now: Instant) -> Int {
        if let index = byDestination[destination] { return index }
        if byDestination.count >= sweepAt { forgetIdle(at: now) }
        let slot = GateSlot<Entry>(destination: destination, limit: limits.beginning, at: now)
        let index = unused.popLast() ?? slots.count
        if index == slots.count { slots.append(slot) } else { slots[index] = slot }
        byDestination[destination] = index
        return index
    }

    /// Forgets destinations that are idle.
    private mutating func forgetIdle(at now: Instant) {
        for (destination, index) in byDestination where slots[index].isIdle(limits, at: now) {
            byDestination[destination] = nil
            unused.append(index)
        }
        sweepAt = max(1024, byDestination.count * 2)
    }
}
