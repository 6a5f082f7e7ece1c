import Cancellations
import Model
import ProviderDouble
import Runtime
import Synchronization
import Testing

@testable import Senders

@Suite("A provider behind its gate")
struct GatedProviderTests {
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

        /// Waits until so many calls are scheduled.
        func turn(_ time: Duration, whenCalls count: Int) async {
            while state.withLock({ $0.calls.count }) < count { await Task.yield() }
            turn(time)
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

    private let delaying = ProviderDouble("holding", callsAtOnce: 8, script: .always(.delivered(reference: nil)).hanging())
    private let hands = Hands()
    private let metrics = Metrics()
    private let verdicts: (stream: AsyncStream<Verdict>, continuation: AsyncStream<Verdict>.Continuation) =
        AsyncStream.makeStream()

    private func deliver(_ count: Int) -> GatedProvider {
        let gated = GatedProvider(
            delaying, limits: GateLimits(windows: [.sparse: 128, .burst: 512], atOnce: 8, lane: .normal, hasNext: false),
            cancelled: CancelledRequests(),
            breakers: BreakerTable(medium: .webhook, log: .discarded, metrics: Metrics()),
            account: AccountLimiter("holding", rate: nil, medium: .webhook, metrics: Metrics()),
            metrics: ProviderMetrics("holding", medium: .webhook, lane: .normal, metrics: metrics), clock: hands.clock)
        gated.deliver(SettlementTests.fanOut(of: count)) { [verdicts] _, end in verdicts.continuation.yield(end.verdict) }
        return gated
    }

    @Test func `a provider that bundles gets each call by itself, with the notifications of one destination`() async {
        let provider = ProviderDouble(
            maximumBatch: 3, destination: { Destination($0.tenant.text) },
            script: .always(.delivered(reference: nil)).hanging())
        let gated = GatedProvider(
            provider, limits: GateLimits(of: provider, windows: [.sparse: 128, .burst: 512], lane: .normal, hasNext: false),
            cancelled: CancelledRequests(), breakers: BreakerTable(medium: .webhook, log: .discarded, metrics: Metrics()),
            account: AccountLimiter("double", rate: nil, medium: .webhook, metrics: Metrics()),
            metrics: ProviderMetrics("double", medium: .webhook, lane: .normal, metrics: metrics), clock: hands.clock)
        let notifications = SettlementTests.fanOut(of: 7)
        let reported = Mutex<[Int]>([])
        gated.deliver(notifications) { index, _ in reported.withLock { $0.append(index) } }
        #expect(
            provider.calls.map { $0.notifications.map(\.id) } == [
                notifications[0..<3].map(\.id), notifications[3..<6].map(\.id), notifications[6...].map(\.id),
            ])
        provider.release()
        #expect(reported.withLock { $0 } == Array(0..<7))
    }

    @Test(.timeLimit(.minutes(1))) func `an account that was called too often is left alone for as long as it asks`() async {
        let gated = deliver(1)
        #expect(await delaying.began.first { _ in true }?.notifications.count == 1)
        delaying.end(1, .throttled(after: .seconds(2), why: "HTTP 429"))
        #expect(await next(1) == [.throttled(after: .seconds(2), why: "HTTP 429")])
        #expect(count("provider_skipped", ("reason", "throttled")) == 1)
        gated.deliver(SettlementTests.fanOut(of: 1)) { [verdicts] _, end in verdicts.continuation.yield(end.verdict) }
        #expect(await next(1) == [.deferred(why: .throttled, after: .seconds(2))])
        hands.turn(.seconds(2))
        gated.deliver(SettlementTests.fanOut(of: 1)) { _, _ in }
        #expect(delaying.given.count == 2)
    }

    @Test(.timeLimit(.minutes(1))) func `if it asks for a moment only, the notification waits here, but not again and again`()
        async
    {
        let gated = deliver(1)
        let throttled = Verdict.throttled(after: .milliseconds(500), why: "HTTP 429")
        for number in 1...GatedProvider.mostCalls {
            #expect(await delaying.began.first { _ in true } != nil)
            #expect(delaying.given.count == number)
            delaying.end(1, throttled)
            await hands.turn(.milliseconds(500), whenCalls: number < GatedProvider.mostCalls ? 1 : 0)
        }
        #expect(await next(1) == [throttled])
        _ = gated
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
        #expect(await delaying.began.first { _ in true }?.notifications.count == 2)
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
        #expect(await delaying.began.first { _ in true }?.notifications.count == 2)
        delaying.end(1, .refused(why: "HTTP 404"))
        #expect(await next(1) == [.refused(why: "HTTP 404")])
        #expect(await delaying.began.first { _ in true }?.notifications.count == 1)
        delaying.end(2, .delivered(reference: nil))
        #expect(await next(2).count == 2)
        _ = gated
    }

    @Test(.timeLimit(.minutes(1))) func `the metrics show how long a call took, and that its provider could not send`() async {
        let gated = deliver(1)
        #expect(await delaying.began.first { _ in true }?.notifications.count == 1)
        hands.turn(.seconds(2))
        delaying.end(1, .unavailable(why: "connection refused"))
        #expect(await next(1) == [.unavailable(why: "connection refused")])
        #expect(count("provider_skipped", ("reason", "unavailable")) == 1)
        let line = #"attempt_duration_seconds_sum{medium="webhook",lane="normal",provider="holding"} 2.0"#
        #expect(metrics.exposition().contains(line))
        _ = gated
    }
}
