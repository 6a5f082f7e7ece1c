import Model
import Testing
import Topology

@testable import Senders

@Suite("A notification that may have been sent")
struct ReconciliationTests {
    private static let now = SettlementTests.now

    private func settle(
        _ verdict: FinalVerdict, _ notification: Notification, source: Outcome.Source = .question
    ) -> Settlement {
        let outcome = Outcome(verdict: verdict, provider: "primary", failures: [], source: source)
        return Settlement(of: notification, outcome, .standard(for: notification.lane), at: Self.now, draw: { 0.5 })
    }

    private static func open(_ lane: Lane, asked count: Int = 0, expiresIn: Duration? = nil) -> Notification {
        var notification = SettlementTests.notification(lane: lane, attempt: 2, expiresIn: expiresIn)
        notification.reconciliation = Reconciliation(provider: "primary", count: count)
        return notification
    }

    private func retry(_ settlement: Settlement) -> Retry? {
        if case .retry(let retry) = settlement.next { retry } else { nil }
    }

    @Test(arguments: Lane.allCases)
    func `its provider is asked after a retry delay, and a receipt can still settle it`(lane: Lane) throws {
        let first = settle(.unresolved(why: "time-out"), SettlementTests.notification(lane: lane), source: .attempt)
        #expect(first.event?.kind == .retrying && first.event?.attempt == 1)
        #expect(first.event?.kind.status.isFinal == false)
        let next = try #require(retry(first))
        #expect(next.notification.reconciliation == Reconciliation(provider: "primary"))
        // The attempt is on record: a copy with its number would be taken for a duplicate.
        #expect(next.notification.attempt == 2)
        #expect(next.wait == RetryDelay.fiveSeconds.duration)
    }

    @Test(arguments: [
        (FinalVerdict.delivered(reference: "r"), NotificationEvent.Kind.delivered), (.accepted(reference: "r"), .sending),
        (.sent(reference: "r"), .sent),
    ])
    func `what its provider says settles the attempt that was made`(verdict: FinalVerdict, kind: NotificationEvent.Kind) {
        let event = settle(verdict, Self.open(.normal)).event
        #expect(event?.kind == kind && event?.attempt == 1 && event?.provider == "primary" && event?.providerReference == "r")
    }

    @Test func `an attempt that follows because it was not sent is an attempt of its own`() throws {
        #expect(settle(.sent(reference: nil), Self.open(.normal), source: .attempt).event?.attempt == 2)
        let next = try #require(retry(settle(.retry(after: nil, why: "HTTP 503"), Self.open(.normal), source: .attempt)))
        #expect(next.notification.attempt == 3 && next.notification.reconciliation == nil)
        let deferred = try #require(retry(settle(.deferred(why: .stalled), Self.open(.normal), source: .attempt)))
        #expect(deferred.notification.reconciliation == nil)
    }

    @Test(arguments: [Lane.normal, .bulk])
    func `a provider that does not know is asked five times, and then nobody knows`(lane: Lane) throws {
        var notification = Self.open(lane)
        var waits: [Duration] = []
        while waits.count < 20, let next = retry(settle(.unresolved(why: "not yet"), notification)) {
            #expect(settle(.unresolved(why: "not yet"), notification).event == nil)
            #expect(next.notification.attempt == 2)
            notification = next.notification
            waits.append(next.wait)
        }
        #expect(waits == [30, 120, 600, 3600].map { Duration.seconds($0) })
        let end = settle(.unresolved(why: "not yet"), notification)
        #expect(end.event?.kind == .technicalFailure && end.event?.attempt == 1)
        guard case .park = end.next else { throw NotParked() }
    }

    private struct NotParked: Error {}

    @Test func `on the priority lane it is asked once, and then sent again`() throws {
        let settlement = settle(.unresolved(why: "not yet"), Self.open(.priority))
        let next = try #require(retry(settlement))
        #expect(settlement.event == nil)
        #expect(next.notification.reconciliation == nil && next.notification.attempt == 2)
        #expect(next.wait == RetryDelay.fiveSeconds.duration)
    }

    @Test func `on the priority lane it is not sent again after its time`() {
        let settlement = settle(.unresolved(why: "not yet"), Self.open(.priority, expiresIn: .seconds(3)))
        // It may have been delivered, so it has not expired.
        #expect(settlement.event?.kind == .technicalFailure && retry(settlement) == nil)
    }

    @Test func `a question that cannot be asked now waits, and its notification does not expire`() throws {
        let waiting = settle(.deferred(why: .breakerOpen), Self.open(.normal, expiresIn: .seconds(1)))
        let next = try #require(retry(waiting)).notification
        #expect(waiting.event == nil)
        #expect(next.reconciliation == Reconciliation(provider: "primary") && next.attempt == 2 && next.deferrals == 1)
        var spent = Self.open(.normal)
        spent.deferrals = 36
        #expect(settle(.deferred(why: .breakerOpen), spent).event?.kind == .technicalFailure)
    }

    @Test(arguments: [Lane.normal, .bulk])
    func `a question that nobody can answer any more risks no second copy`(lane: Lane) {
        let end = settle(.unknown(why: "primary can no longer be asked"), Self.open(lane))
        #expect(end.event?.kind == .technicalFailure && retry(end) == nil)
    }
}
