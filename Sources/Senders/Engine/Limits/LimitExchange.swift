import Contract

/// How one process shares the accounts of a medium with the others: it demands tokens for what waits here. If it is the granter, it also grants
/// tokens to all processes, and its own demands need no message. Pure.
struct LimitExchange {
    typealias Instant = ContinuousClock.Instant

    enum Action {
        case publishDemand(LimitDemand)
        case publishGrant(LimitGrant)
        /// Use these tokens until then, or not at all if they came too late.
        case use(LimitGrant, until: Instant?)
    }

    private enum Standing {
        /// Another process grants tokens, or nobody is known to.
        case asking
        case granting(LimitGranter)
        /// Others cannot be reached: this process uses the whole limit.
        case alone(LimitGranter)
    }

    let process: String
    private var standing = Standing.asking
    private var demands = DemandLog()
    private var pace = DemandPace()

    init(process: String) { self.process = process }

    var isGranting: Bool { if case .granting = standing { true } else { false } }
    var isAlone: Bool { if case .alone = standing { true } else { false } }

    /// A demand for nothing: whoever gets it knows that it is the granter, before something waits.
    mutating func introduce(at now: Instant) -> Action {
        .publishDemand(LimitDemand(process: process, number: demands.next(at: now), accounts: []))
    }

    mutating func want(_ need: DemandPace.Need) { pace.raise(need) }

    /// Others cannot be reached.
    mutating func leave(at now: Instant) {
        if !isAlone { standing = .alone(LimitGranter(isAlone: true, at: now)) }
    }

    /// The queue of demands may go to another process.
    mutating func lostDemands() { if isGranting { standing = .asking } }

    /// A demand came from the queue, which only the granter consumes.
    mutating func received(_ demand: LimitDemand, at now: Instant) {
        if case .asking = standing { standing = .granting(LimitGranter(at: now)) }
        if demand.process != process { withGranter { $0.demanded(demand, at: now) } }
    }

    func received(_ grant: LimitGrant) -> Action {
        .use(grant, until: demands.end(ofAnswersTo: grant.number))
    }

    /// Sends demands and grants that are due.
    ///
    /// - Parameter accounts: what to demand now; called only if a demand is due.
    mutating func advance(at now: Instant, demanding accounts: () -> [LimitDemand.Account]) -> [Action] {
        var actions: [Action] = []
        if let next = pace.next(at: now), next <= now {
            let accounts = accounts()
            pace.looked(hasSent: !accounts.isEmpty, at: now)
            if !accounts.isEmpty {
                let demand = LimitDemand(process: process, number: demands.next(at: now), accounts: accounts)
                if !withGranter({ $0.demanded(demand, at: now) }) { actions.append(.publishDemand(demand)) }
            }
        }
        var grants: [LimitGrant] = []
        withGranter { grants = $0.grants(at: now) }
        return actions + grants.map { $0.process == process ? received($0) : .publishGrant($0) }
    }

    /// When to call `advance` even if nothing comes; nil if nothing waits.
    func next(at now: Instant) -> Instant? {
        let round: Instant? =
            switch standing {
            case .asking: nil
            case .granting(let granter), .alone(let granter): granter.nextRound
            }
        return [pace.next(at: now), round].compactMap { $0 }.min()
    }

    @discardableResult
    private mutating func withGranter(_ body: (inout LimitGranter) -> Void) -> Bool {
        switch standing {
        case .asking: return false
        case .granting(var granter):
            standing = .asking
            body(&granter)
            standing = .granting(granter)
        case .alone(var granter):
            standing = .asking
            body(&granter)
            standing = .alone(granter)
        }
        return true
    }
}
