import Cancellations
import Model
import ProviderDouble
import Runtime
import Synchronization
import Testing

@testable import Senders

@Suite("The pool of a medium's providers")
struct ProviderPoolTests {
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
        let account = ProviderDouble("direct", callsAtOnce: 8, script: .always(.delivered(reference: nil)).hanging())
        let pool = pool([account])
        _ = deliver(64, .bulk, by: pool)
        let bulk = account.given.count
        #expect(bulk > 0 && bulk < 64)
        _ = deliver(bulk, .priority, by: pool)
        #expect(account.given.filter { $0.lane == .priority }.count == bulk)
    }

    @Test func `a breaker that one lane's failures have opened is open for the other lanes`() {
        let account = ProviderDouble("primary", script: .always(.unavailable(why: "connection refused")))
        let pool = pool([account, ProviderDouble("backup", script: .always(.sent(reference: nil)))])
        for _ in 0..<Breaker.threshold { _ = deliver(1, .bulk, by: pool) }
        let outcomes = deliver(1, .priority, by: pool)
        #expect(outcomes.map(\.provider) == ["backup"])
        #expect(account.given.allSatisfy { $0.lane == .bulk })
        let labels = [("medium", "webhook"), ("lane", "priority"), ("provider", "primary"), ("reason", "breaker-open")]
        #expect(metrics.counter("posthorn_sender_provider_skipped_total", "", labels: labels).value == 1)
    }
}
