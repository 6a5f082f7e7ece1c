import Cancellations
import Model
import Runtime
import Synchronization
import Testing

@testable import Senders

@Suite("A provider behind its gate")
struct GatedProviderTests {
    /// Keeps what it is given until the test sets its outcome.
    final class Holding: Provider {
        let name = "holding"
        let medium = Medium.webhook
        let callsAtOnce = 8
        /// How many each batch had.
        let batches: AsyncStream<Int>
        private let batch: AsyncStream<Int>.Continuation
        private let held = Mutex<[(id: NotificationID, end: @Sendable (Verdict) -> Void)]>([])

        init() { (batches, batch) = AsyncStream.makeStream() }

        func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void) {
            held.withLock { held in
                for (index, notification) in notifications.enumerated() { held.append((notification.id, { report(index, $0) })) }
            }
            batch.yield(notifications.count)
        }

        func end(_ count: Int, _ verdict: Verdict) {
            let ended = held.withLock { held in
                defer { held.removeFirst(count) }
                return held.prefix(count)
            }
            for (_, end) in ended { end(verdict) }
        }
    }

    /// A clock that is advanced by hand.
    final class Hands: Sendable {
        private struct State {
            var now = ContinuousClock.now
            var calls: [(at: ContinuousClock.Instant, body: @Sendable () -> Void)] = []
        }

        private let state = Mutex(State())

        var clock: GateClock {
            GateClock(
                now: { self.state.withLock { $0.now } },
                call: { instant, body in self.state.withLock { $0.calls.append((instant, body)) } })
        }

        func turn(_ time: Duration) {
            let due = state.withLock { state in
                state.now += time
                let due = state.calls.filter { $0.at <= state.now }
                state.calls.removeAll { $0.at <= state.now }
                return due
            }
            for call in due { call.body() }
        }
    }

    private let delaying = Holding()
    private let hands = Hands()
    private let metrics = Metrics()
    private let verdicts: (stream: AsyncStream<Verdict>, continuation: AsyncStream<Verdict>.Continuation) =
        AsyncStream.makeStream()

    private func deliver(_ count: Int) -> GatedProvider {
        let gated = GatedProvider(
            delaying, limits: GateLimits(windows: [.sparse: 128, .burst: 512], atOnce: 8, lane: .normal, hasNext: false),
            cancelled: CancelledRequests(),
            breakers: BreakerTable(medium: .webhook, log: .discarded, metrics: Metrics()),
            metrics: ProviderMetrics("holding", medium: .webhook, lane: .normal, metrics: metrics), clock: hands.clock)
        gated.deliver(SettlementTests.fanOut(of: count)) { [verdicts] _, end in verdicts.continuation.yield(end.verdict) }
        return gated
    }

    private func count(_ name: String, _ labels: (String, String)...) -> Int {
        let own = [("medium", "webhook"), ("lane", "normal"), ("provider", "holding")]
        return metrics.counter("posthorn_sender_\(name)_total", "", labels: own + labels).value
    }

    private func next(_ count: Int) async -> [Verdict] {
        var collected: [Verdict] = []
        for await verdict in verdicts.stream.prefix(count) { collected.append(verdict) }
        return collected
    }

    @Test(.timeLimit(.minutes(1))) func `what its destination does not take in time is deferred by itself`() async {
        let gated = deliver(10)
        #expect(await delaying.batches.first { _ in true } == 2)
        hands.turn(.seconds(1))
        #expect(await next(8) == Array(repeating: .deferred(why: .stalled), count: 8))
        delaying.end(2, .delivered(reference: nil))
        #expect(await next(2) == [.delivered(reference: nil), .delivered(reference: nil)])
        #expect(count("attempts") == 2)
        #expect(count("verdicts", ("verdict", "delivered")) == 2)
        #expect(count("provider_skipped", ("reason", "stalled")) == 8)
        _ = gated
    }

    @Test(.timeLimit(.minutes(1))) func `the end of one begins the next, whatever its verdict`() async {
        let gated = deliver(3)
        #expect(await delaying.batches.first { _ in true } == 2)
        delaying.end(1, .refused(why: "HTTP 404"))
        #expect(await next(1) == [.refused(why: "HTTP 404")])
        #expect(await delaying.batches.first { _ in true } == 1)
        delaying.end(2, .delivered(reference: nil))
        #expect(await next(2).count == 2)
        _ = gated
    }

    @Test(.timeLimit(.minutes(1))) func `the metrics show how long a call took, and that its provider could not send`() async {
        let gated = deliver(1)
        #expect(await delaying.batches.first { _ in true } == 1)
        hands.turn(.seconds(2))
        delaying.end(1, .unavailable(why: "connection refused"))
        #expect(await next(1) == [.unavailable(why: "connection refused")])
        #expect(count("provider_skipped", ("reason", "unavailable")) == 1)
        let line = #"attempt_duration_seconds_sum{medium="webhook",lane="normal",provider="holding"} 2.0"#
        #expect(metrics.exposition().contains(line))
        _ = gated
    }
}
