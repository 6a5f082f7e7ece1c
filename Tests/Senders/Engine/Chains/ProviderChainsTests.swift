import Cancellations
import Model
import ProviderDouble
import Runtime
import Synchronization
import Testing

@testable import Senders

@Suite("A chain of providers")
struct ProviderChainsTests {
    private func double(_ name: String, _ verdict: Verdict, reach: ProviderReach = .account) -> ProviderDouble {
        ProviderDouble(name, medium: .email, reach: reach, script: .always(verdict))
    }

    private func outcomes(of providers: [any Provider], for count: Int = 3) -> [Outcome] {
        let outcomes = Mutex<[Outcome]>([])
        let notifications = (0..<count).map { _ in SettlementTests.notification() }
        chains(of: providers).deliver(notifications) { _, outcome in outcomes.withLock { $0.append(outcome) } }
        return outcomes.withLock { $0 }
    }

    /// - Parameters:
    ///   - plan: nil for all in their order.
    ///   - weights: of the providers, if they have some.
    private func chains(
        of providers: [any Provider], _ plan: ChainPlan? = nil, weights: WeightTable? = nil,
        draw: @escaping @Sendable () -> Double = { 0 }
    ) -> ProviderChains {
        let names = providers.map(\.name)
        let plan = plan ?? ChainPlan(standard: Chain(ordered: names))
        return ProviderChains(
            providers.map { $0.gated() }, ChainSelection(plan, lane: .normal, names: names, country: { _ in nil }),
            weights: weights, draw: draw)
    }

    /// The outcomes by the place of the notification.
    private func outcomes(of notifications: [Notification], by chains: ProviderChains) -> [Int: Outcome] {
        let outcomes = Mutex<[Int: Outcome]>([:])
        chains.deliver(notifications) { index, outcome in outcomes.withLock { $0[index] = outcome } }
        return outcomes.withLock { $0 }
    }

    @Test func `one that was called too often is skipped, and if there is no other, no attempt is spent`() {
        let throttled = double("primary", .throttled(after: .seconds(7), why: "HTTP 429"))
        let alone = outcomes(of: [throttled], for: 1)
        #expect(alone.map(\.verdict) == [.deferred(why: .throttled, after: .seconds(7))])
        #expect(alone[0].failures.map(\.reason) == ["HTTP 429"])
        #expect(outcomes(of: [throttled, double("backup", .sent(reference: nil))]).allSatisfy { $0.provider == "backup" })
    }

    @Test func `what waits for its turn within a rate does not go to the next one`() {
        let backup = double("backup", .sent(reference: nil))
        let waiting = double("primary", .deferred(why: .limited, after: .seconds(20)))
        let outcomes = outcomes(of: [waiting, backup])
        #expect(outcomes.allSatisfy { $0.verdict == .deferred(why: .limited, after: .seconds(20)) })
        #expect(backup.given.count == 0)
    }

    @Test func `the next one is tried at once if one cannot send`() {
        let backup = double("backup", .sent(reference: "q1"))
        let outcomes = outcomes(of: [double("primary", .unavailable(why: "connection refused")), backup])
        #expect(outcomes.count == 3)
        #expect(outcomes.allSatisfy { $0.verdict == .sent(reference: "q1") && $0.provider == "backup" })
        #expect(
            outcomes.allSatisfy { $0.failures.map(\.provider) == ["primary"] && $0.failures[0].reason == "connection refused" })
        #expect(outcomes.allSatisfy { $0.failures[0].verdict == .unavailable && $0.failures[0].took != nil })
    }

    @Test(arguments: [
        (Verdict.sent(reference: nil), FinalVerdict.sent(reference: nil)), (.accepted(reference: "a"), .accepted(reference: "a")),
        (.delivered(reference: nil), .delivered(reference: nil)),
        (.retry(after: .seconds(7), why: "451"), .retry(after: .seconds(7), why: "451")),
        (.failing(after: .seconds(7), why: "HTTP 503"), .retry(after: .seconds(7), why: "HTTP 503")),
        (.refused(why: "550"), .refused(why: "550")), (.unsendable(why: "no address"), .refused(why: "no address")),
        (.endpointGone(why: "gone"), .endpointGone(why: "gone")), (.unknown(why: "time-out"), .unknown(why: "time-out")),
    ])
    func `any other verdict is the chain's`(verdict: Verdict, final: FinalVerdict) {
        let backup = double("backup", .sent(reference: nil))
        #expect(outcomes(of: [double("primary", verdict), backup]).map(\.verdict) == [final, final, final])
        #expect(backup.given.count == 0)
    }

    @Test(arguments: [
        (Verdict.retry(after: nil, why: "HTTP 429"), ProviderReach.account, NotificationEvent.EndpointFinding.failing),
        (.refused(why: "550"), .account, .failing), (.endpointGone(why: "HTTP 410"), .endpoints, .gone),
        (.failing(after: nil, why: "time-out"), .endpoints, .failing), (.failing(after: nil, why: "time-out"), .account, .none),
        (.unavailable(why: "connection refused"), .account, .none), (.unknown(why: "time-out"), .account, .none),
        (.unsendable(why: "no address"), .account, .none), (.sent(reference: nil), .account, .none),
    ])
    func `only what an endpoint itself has caused counts against it`(
        verdict: Verdict, reach: ProviderReach, finding: NotificationEvent.EndpointFinding
    ) {
        #expect(outcomes(of: [double("only", verdict, reach: reach)], for: 1).map(\.finding) == [finding])
    }

    @Test func `if no provider can, it is tried again later, and each failure is reported`() {
        let outcomes = outcomes(of: [double("a", .unavailable(why: "x")), double("b", .unavailable(why: "y"))], for: 1)
        #expect(outcomes.map(\.verdict) == [.retry(after: nil, why: "y")])
        #expect(outcomes[0].failures.map(\.provider) == ["a", "b"])
    }

    @Test func `the next one is tried at once if one can take nothing now`() {
        let outcomes = outcomes(of: [
            double("primary", .deferred(why: .breakerOpen)), double("backup", .sent(reference: nil)),
        ])
        #expect(outcomes.allSatisfy { $0.verdict == .sent(reference: nil) && $0.provider == "backup" })
        #expect(outcomes.allSatisfy { $0.failures.map(\.provider) == ["primary"] })
    }

    @Test func `if all are skipped without a call, no attempt is spent`() {
        let outcomes = outcomes(of: [double("a", .deferred(why: .breakerOpen)), double("b", .deferred(why: .stalled))])
        #expect(outcomes.allSatisfy { $0.verdict == .deferred(why: .stalled) })
    }

    @Test(arguments: [true, false])
    func `if one was called and could not send, it is tried again whatever the others can take`(isFirst: Bool) {
        let asked = double("asked", .unavailable(why: "connection refused"))
        let other = double("other", .deferred(why: .breakerOpen))
        #expect(
            outcomes(of: isFirst ? [asked, other] : [other, asked], for: 1).map(\.verdict)
                == [.retry(after: nil, why: "connection refused")])
    }

    @Test func `each notification takes the chain of its rule`() {
        let (cheap, fast) = (double("cheap", .sent(reference: nil)), double("fast", .sent(reference: nil)))
        let rule = ChainPlan.Rule(service: TenantName("acme")!, chain: Chain(ordered: ["fast"]))
        let chains = chains(of: [cheap, fast], ChainPlan(rules: [rule], standard: Chain(ordered: ["cheap"])))
        let mixed = SettlementTests.fanOut(of: 2, tenant: "other") + SettlementTests.fanOut(of: 3)
        let outcomes = outcomes(of: mixed, by: chains)
        #expect((0..<5).map { outcomes[$0]?.provider } == ["cheap", "cheap", "fast", "fast", "fast"])
    }

    @Test func `the first choice is random by weight, and the next provider follows at once`() {
        let draws = Mutex([0.1, 0.95, 0.5])
        let (first, second) = (double("first", .sent(reference: nil)), double("second", .unavailable(why: "refused")))
        let plan = ChainPlan(standard: Chain(weighted: [.init("first", 70), .init("second", 30)]))
        let chains = chains(of: [first, second], plan) { draws.withLock { $0.removeFirst() } }
        let outcomes = outcomes(of: SettlementTests.fanOut(of: 3), by: chains)
        #expect((0..<3).map { outcomes[$0]?.provider } == ["first", "first", "first"])
        #expect((0..<3).map { outcomes[$0]?.failures.count } == [0, 1, 0])
        #expect(second.given.count == 1)
    }

    @Test func `errors and slow calls take weight from a provider, and what follows begins with another`() {
        let clock = GateClock(now: { .now }, call: { _, _ in })
        let figures = ProviderWeights.Figures(errors: 1, span: .seconds(60), step: 100)
        let weights = WeightTable(
            ["first", "second"], medium: .email, figures: figures, clock: clock, log: .discarded, metrics: Metrics())
        let (first, second) = (double("first", .unavailable(why: "refused")), double("second", .sent(reference: nil)))
        let plan = ChainPlan(standard: Chain(weighted: [.init("first", 99), .init("second", 1)]))
        let chains = chains(of: [first, second], plan, weights: weights) { 0.5 }
        for _ in 0..<3 { _ = outcomes(of: SettlementTests.fanOut(of: 1), by: chains) }
        #expect(first.given.count == 1)
        #expect(second.given.count == 3)
    }

    @Test func `what a provider may have sent is asked about, and only of that provider`() {
        let asked = Asked([.delivered(reference: "r1"), .unknown(why: "no answer"), .notSent(why: "not found")])
        let other = double("other", .sent(reference: "o1"))
        let chains = chains(of: [other, asked])
        var notifications = SettlementTests.fanOut(of: 3, attempt: 2)
        for place in notifications.indices { notifications[place].reconciliation = Reconciliation(provider: "asked") }
        let outcomes = outcomes(of: notifications, by: chains)
        #expect(outcomes[0]?.verdict == .delivered(reference: "r1") && outcomes[0]?.source == .question)
        #expect(outcomes[1]?.verdict == .unresolved(why: "no answer") && outcomes[1]?.source == .question)
        // What was not sent takes its chain from the start.
        #expect(outcomes[2]?.verdict == .sent(reference: "o1") && outcomes[2]?.source == .attempt)
        #expect(outcomes[2]?.provider == "other")
        #expect(asked.sent == 0 && other.given.count == 1)
    }

    @Test func `an outcome that is unknown is unresolved only where its provider can be asked`() {
        let outcomes = outcomes(of: SettlementTests.fanOut(of: 1), by: chains(of: [Asked([])]))
        #expect(outcomes[0]?.verdict == .unresolved(why: "time-out") && outcomes[0]?.source == .attempt)
    }

    @Test(arguments: ["other", "gone"])
    func `a provider that can no longer be asked leaves the outcome unknown, and nothing is sent`(name: String) {
        let other = double("other", .sent(reference: nil))
        var notification = SettlementTests.notification(attempt: 2)
        notification.reconciliation = Reconciliation(provider: name)
        let outcomes = outcomes(of: [notification], by: chains(of: [other]))
        #expect(outcomes[0]?.verdict == .unknown(why: "\(name) can no longer be asked") && outcomes[0]?.source == .question)
        #expect(other.given.count == 0)
    }

    /// Says of each that its outcome is unknown, and answers questions in the order of the script.
    private final class Asked: ReconcilingProvider {
        let name = "asked"
        let medium = Medium.email
        private let answers: Mutex<[ReconcileAnswer]>
        private let count = Mutex(0)

        init(_ answers: [ReconcileAnswer]) { self.answers = Mutex(answers) }

        var sent: Int { count.withLock { $0 } }

        func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void) {
            count.withLock { $0 += notifications.count }
            for index in notifications.indices { report(index, .unknown(why: "time-out")) }
        }

        func reconcile(_ notifications: [Notification], report: @escaping @Sendable (Int, ReconcileAnswer) -> Void) {
            for index in notifications.indices { report(index, answers.withLock { $0.removeFirst() }) }
        }
    }
}

extension Provider {
    /// Behind a gate of its own with room for some calls.
    func gated() -> GatedProvider {
        GatedProvider(
            self, limits: GateLimits(windows: [.sparse: 128, .burst: 512], atOnce: 64, lane: .normal, hasNext: false),
            cancelled: CancelledRequests(),
            breakers: BreakerTable(medium: medium, log: .discarded, metrics: Metrics()),
            account: AccountLimiter(name, rate: rate, medium: medium, metrics: Metrics()),
            metrics: ProviderMetrics(name, medium: medium, lane: .normal, metrics: Metrics()),
            clock: GateClock(now: { .now }, call: { _, _ in }))
    }
}
