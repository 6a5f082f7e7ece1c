import Cancellations
import Model
import Runtime
import Synchronization
import Testing

@testable import Senders

@Suite("The pool of a medium's providers")
struct ProviderPoolTests {
    /// Keeps every call open, or says the same of each.
    private final class Account: Provider {
        let name: String
        let medium = Medium.webhook
        let callsAtOnce = 8
        private let verdict: Verdict?
        private let given = Mutex<[Lane]>([])

        /// - Parameter verdict: nil where no call comes to an end.
        init(_ name: String, _ verdict: Verdict?) {
            self.name = name
            self.verdict = verdict
        }

        func calls(of lane: Lane) -> Int { given.withLock { $0.filter { $0 == lane }.count } }

        func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void) {
            given.withLock { $0 += notifications.map(\.lane) }
            guard let verdict else { return }
            for index in notifications.indices { report(index, verdict) }
        }
    }

    private let metrics = Metrics()

    private func pool(_ providers: [any Provider]) -> ProviderPool {
        ProviderPool(
            MediumSetup(medium: .webhook, providers: providers), windows: PerLane { _ in [.sparse: 64, .burst: 64] },
            cancelled: CancelledRequests(), clock: GateClock(now: { .now }, call: { _, _ in }), log: .discarded, metrics: metrics)
    }

    private func deliver(_ count: Int, _ lane: Lane, by pool: ProviderPool) -> [Outcome] {
        let outcomes = Mutex<[Outcome]>([])
        pool.chains(for: lane).deliver(SettlementTests.fanOut(of: count, lane: lane)) { _, outcome in
            outcomes.withLock { $0.append(outcome) }
        }
        return outcomes.withLock { $0 }
    }

    @Test func `what the bulk lane has under way takes nothing of the priority lane's room`() {
        let account = Account("direct", nil)
        let pool = pool([account])
        _ = deliver(64, .bulk, by: pool)
        let bulk = account.calls(of: .bulk)
        #expect(bulk > 0 && bulk < 64)
        _ = deliver(bulk, .priority, by: pool)
        #expect(account.calls(of: .priority) == bulk)
    }

    @Test func `a breaker that one lane's failures have opened is open for the other lanes`() {
        let account = Account("primary", .unavailable(why: "connection refused"))
        let pool = pool([account, Account("backup", .sent(reference: nil))])
        for _ in 0..<Breaker.threshold { _ = deliver(1, .bulk, by: pool) }
        let outcomes = deliver(1, .priority, by: pool)
        #expect(outcomes.map(\.provider) == ["backup"])
        #expect(account.calls(of: .priority) == 0)
        let labels = [("medium", "webhook"), ("lane", "priority"), ("provider", "primary"), ("reason", "breaker-open")]
        #expect(metrics.counter("posthorn_sender_provider_skipped_total", "", labels: labels).value == 1)
    }
}
