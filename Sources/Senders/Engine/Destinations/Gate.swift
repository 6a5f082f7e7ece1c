import Model

/// Decides what is handed to a provider, what waits, and what is deferred because its destination is stalled or its account's rate is used up.
///
/// Items wait here and not in the provider, so that they can still be deferred. Destinations take turns, and so do the tenants that share
/// one. A destination that answers may have as many open calls as the provider makes at once. One that does not, or of which nothing is
/// known, begins with a small share, and all of these together have a limit, so that they never fill a lane's window.
struct Gate<Item> {
    typealias Instant = ContinuousClock.Instant

    enum Action {
        /// A call begins with this item.
        case begin(Item, Ticket)
        /// The item is in the call that has just begun.
        case join(Item, Ticket)
        /// - after: when it can probably be sent; nil if that is not known, or another provider may have it meanwhile.
        case deferred(Item, Deferral, after: Duration?)
    }

    /// Of an item that was handed over; passed to `ended` when it has its verdict.
    struct Ticket {
        let slot: Int
        let flow: TenantFlow
        let begunAt: Instant
        let isUnproven: Bool
        let isProbe: Bool
        /// The call that it shares with others; nil if it has one of its own.
        let bundle: Int?
    }

    struct Entry {
        let item: Item
        let flow: TenantFlow
        let enteredAt: Instant
        /// Whether it has been deferred because of the account's rate, and its turn has come.
        let hasTurn: Bool
    }

    /// May change at any time; open calls count in the new limits, too.
    var limits: GateLimits
    /// Whether nothing waits here for the account: the lane stops.
    var isLettingGo = false
    let breakers: BreakerTable
    let account: AccountLimiter
    var slots: [GateSlot<Entry>] = []
    private var unused: [Int] = []
    private var byDestination: [Destination: Int] = [:]
    /// Slots with waiting items, in the order of their turns.
    private var line = WaitingLine<Int>()
    private var sweepAt = 1024
    var unproven: [Traffic: Account] = [:]
    var flows: [TenantFlow: Account] = [:]
    var bundles = OpenBundles()
    var backlog: LimitBacklog

    /// When to call `advance` again even if nothing is added or ends.
    private(set) var nextLook: Instant?
    private(set) var waiting = WaitingCounts()
    /// How many wait for a token of the account.
    var wantedTokens = 0
    /// For how many more there should be room, because the account has a rate that is not set.
    var wantedReserve = 0

    init(limits: GateLimits, breakers: BreakerTable, account: AccountLimiter, at now: Instant) {
        self.limits = limits
        backlog = LimitBacklog(rate: limits.rate?.perSecond, at: now)
        self.breakers = breakers
        self.account = account
    }

    mutating func add(
        _ item: Item, for destination: Destination, of flow: TenantFlow, hasTurn: Bool = false, at now: Instant
    ) {
        let index = slot(for: destination, at: now)
        if slots[index].waiting.isEmpty {
            slots[index].pace = Pace(at: now)
            line.append(index)
        }
        slots[index].waiting.append(Entry(item: item, flow: flow, enteredAt: now, hasTurn: hasTurn), of: flow)
        waiting[flow.traffic] += 1
    }

    /// What can be decided now.
    mutating func advance(at now: Instant) -> [Action] {
        var actions: [Action] = []
        var stuck = WaitingLine<Int>()
        nextLook = nil
        wantedTokens = 0
        while !line.isEmpty {
            let index = line.removeFirst()
            switch passage(index, at: now) {
            case .pass(let isUnproven, let isProbe):
                begin(index, isUnproven: isUnproven, isProbe: isProbe, at: now, &actions)
            case .deferLast(let count, let traffic, let why):
                for _ in 0..<count {
                    let entry = takeLast(index, of: traffic)
                    actions.append(.deferred(entry.item, why, after: waitOutside(entry, why, at: now)))
                }
            case .deferFirst(let why):
                actions.append(.deferred(takeFirst(index), why, after: nil))
            case .wait(let until):
                stuck.append(index)
                nextLook = min(nextLook ?? until, until)
                continue
            }
            if !slots[index].waiting.isEmpty { line.append(index) }
        }
        line = stuck
        backlog.looked(isDry: waiting.total == 0, at: now)
        return actions
    }

    mutating func takeFirst(_ index: Int) -> Item { left(slots[index].waiting.removeFirst()).item }

    private mutating func takeLast(_ index: Int, of traffic: Traffic?) -> Entry {
        left(slots[index].waiting.removeLast(of: traffic))
    }

    private mutating func left(_ entry: Entry) -> Entry {
        waiting[entry.flow.traffic] -= 1
        return entry
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
