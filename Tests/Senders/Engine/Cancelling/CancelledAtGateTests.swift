import Cancellations
import Model
import ProviderDouble
import Runtime
import Testing

@testable import Senders

@Suite("What is cancelled while it waits at a gate is not sent", .timeLimit(.minutes(1)))
struct CancelledAtGateTests {
    private let holding = ProviderDouble("holding", script: .always(.delivered(reference: nil)).hanging())
    private let cancelled = CancelledRequests()
    private let start = ContinuousClock.now

    /// How many notifications the next call has.
    private func next() async -> Int? { await holding.began.first { _ in true }?.notifications.count }

    private func cancel(_ notification: Notification) {
        cancelled.add([Cancellation(tenant: notification.tenant, request: notification.request, at: .now)])
    }

    /// The verdicts as they are reported, by index.
    private func first<Verdict>(_ count: Int, of verdicts: AsyncStream<(Int, Verdict)>) async -> [Int: Verdict] {
        var collected: [Int: Verdict] = [:]
        for await (index, verdict) in verdicts.prefix(count) { collected[index] = verdict }
        return collected
    }

    private func pool() -> ProviderPool {
        ProviderPool(
            MediumSetup(medium: .webhook, providers: [holding]), windows: PerLane { _ in [.sparse: 128, .burst: 512] },
            cancelled: cancelled, clock: GateClock(now: { [start] in start }, call: { _, _ in }), log: .discarded,
            metrics: Metrics())
    }

    @Test func `of a batch, a provider is given what is not cancelled, and each has its own verdict`() async {
        let mixed = [SettlementTests.notification(), SettlementTests.notification(), SettlementTests.notification()]
        cancel(mixed[1])
        let (verdicts, verdict) = AsyncStream.makeStream(of: (Int, FinalVerdict).self)
        pool().chains(for: .normal).deliver(mixed) { verdict.yield(($0, $1.verdict)) }
        #expect(await next() == 2)
        holding.end(1, .refused(why: "HTTP 404"))
        holding.end(1, .delivered(reference: nil))
        #expect(await first(3, of: verdicts) == [0: .refused(why: "HTTP 404"), 1: .cancelled, 2: .delivered(reference: nil)])
    }

    @Test func `what is in flight stays, what waits behind it is cancelled, and the next request is sent`() async {
        let (verdicts, verdict) = AsyncStream.makeStream(of: (Int, FinalVerdict).self)
        let fanOut = SettlementTests.fanOut(of: 20)
        pool().chains(for: .normal).deliver(fanOut + [SettlementTests.notification()]) { verdict.yield(($0, $1.verdict)) }
        let inFlight = await next()!
        #expect(inFlight < 20)
        cancel(fanOut[0])
        holding.end(inFlight, .delivered(reference: nil))
        // The one of the other request.
        #expect(await next() == 1)
        holding.end(1, .delivered(reference: nil))
        let all = await first(21, of: verdicts)
        #expect(all.values.count { $0 == .cancelled } == 20 - inFlight)
        #expect(all[20] == .delivered(reference: nil))
    }
}
