import Cancellations
import Model
import Runtime

/// The providers of one medium in this process: one object for each account with its rate limit, whichever lane uses it,
/// and one breaker for each destination.
///
/// The pool keeps room for the priority lane by counting each lane by itself: a lane has its own gate before each provider, so that calls of
/// the bulk lane use none of the priority lane's room. One gate for all lanes could not do that. Its shares are shares of a lane's window,
/// and each lane has its own; and its lock is held while all waiting items are checked, so that a login code would wait for a newsletter to
/// many hosts. For the same reason, a gate's limit for a destination is what the lane's own connections run at once.
struct ProviderPool: Sendable {
    let medium: Medium
    let breakers: BreakerTable
    /// In the order of the providers.
    let accounts: [AccountLimiter]
    /// What the accounts without a set rate need of each lane.
    let reserveNeeds: PerLane<AsyncStream<ReserveNeed>>
    private let gates: PerLane<[GatedProvider]>
    private let chains: PerLane<ProviderChains>

    /// - Parameters:
    ///   - windows: how many notifications of each of its queues a lane has begun and not settled at most.
    ///   - cancelled: the requests of which nothing is handed to a provider any more.
    ///   - weights: how the weights of providers move.
    ///   - notices: receives the changes of the breakers, for the other senders.
    init(
        _ setup: MediumSetup, windows: PerLane<[Traffic: Int]>, cancelled: CancelledRequests,
        weights figures: ProviderWeights.Figures = .init(), clock: GateClock = .system, log: Log, metrics: Metrics,
        notices: @escaping @Sendable (BreakerNotice) -> Void = { _ in }
    ) {
        let names = setup.providers.map(\.name)
        let weights =
            setup.plan.hasWeights
            ? WeightTable(names, medium: setup.medium, figures: figures, clock: clock, log: log, metrics: metrics) : nil
        let breakers = BreakerTable(medium: setup.medium, log: log, metrics: metrics, publish: notices)
        let accounts = setup.providers.map {
            AccountLimiter($0.name, rate: $0.rate, medium: setup.medium, metrics: metrics)
        }
        medium = setup.medium
        self.breakers = breakers
        let needs = PerLane { _ in AsyncStream.makeStream(of: ReserveNeed.self) }
        reserveNeeds = PerLane { needs[$0].stream }
        let gates = PerLane { lane in
            zip(setup.providers, accounts).map { provider, account in
                let hasNext = setup.plan.mayProceed(from: provider.name)
                return GatedProvider(
                    provider, limits: GateLimits(of: provider, windows: windows[lane], lane: lane, hasNext: hasNext),
                    cancelled: cancelled, breakers: breakers, account: account,
                    metrics: ProviderMetrics(provider.name, medium: setup.medium, lane: lane, metrics: metrics), clock: clock,
                    wantReserve: { [need = needs[lane].continuation] in need.yield(ReserveNeed(account: provider.name, count: $0))
                    })
            }
        }
        self.gates = gates
        self.accounts = accounts
        chains = PerLane { lane in
            ProviderChains(
                gates[lane], ChainSelection(setup.plan, lane: lane, names: names, country: setup.country), weights: weights)
        }
    }

    /// A lane may have more or fewer notifications in flight from now on. What is open stays open.
    ///
    /// - Parameter reserves: how many may wait for accounts without a set rate beside them, by account.
    func resize(_ lane: Lane, to windows: [Traffic: Int], reserves: [String: Int] = [:]) {
        for gate in gates[lane] { gate.resize(to: windows, reserve: reserves[gate.provider.name, default: 0]) }
    }

    /// While true, nothing waits in the lane's gates for an account.
    func letGo(_ lane: Lane, _ isLettingGo: Bool) { for gate in gates[lane] { gate.letGo(isLettingGo) } }

    /// The provider chains of a lane. Both queues of the lane share them, so that services take turns at a destination over both queues.
    func chains(for lane: Lane) -> ProviderChains { chains[lane] }
}
