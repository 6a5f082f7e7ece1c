import Contract
import Model
import Testing
import Topology

@testable import Broker
@testable import Senders

@Suite("A notification that failed for good continues on the next endpoint")
struct ContinuationTests {
    private static let next = Endpoint(id: .fresh(), medium: .email, address: "ada@example.org")
    private static let last = Endpoint(id: .fresh(), medium: .email, address: "eve@example.org")
    private static let gone = FinalVerdict.endpointGone(why: "HTTP 410")

    private static func notification(
        lane: Lane = .normal, attempt: Int = 1, expiresIn: Duration? = nil, alternatives: [Endpoint] = [next, last]
    ) -> Notification {
        var notification = SettlementTests.notification(lane: lane, attempt: attempt, expiresIn: expiresIn)
        notification.alternatives = Alternatives(alternatives)
        return notification
    }

    private static func next(_ settlement: Settlement) -> Notification? {
        if case .continueOn(let next) = settlement.next { next } else { nil }
    }

    struct Failure: Sendable {
        let verdict: FinalVerdict
        var attempt = 1
        var deferrals = 0
        var lane = Lane.normal
        let kind: NotificationEvent.Kind
    }

    @Test(arguments: [
        Failure(verdict: .refused(why: "HTTP 404"), kind: .permanentFailure),
        Failure(verdict: .endpointGone(why: "HTTP 410"), kind: .permanentFailure),
        Failure(verdict: .retry(after: nil, why: "HTTP 503"), attempt: 7, kind: .temporaryFailure),
        Failure(verdict: .deferred(why: .stalled), deferrals: 36, kind: .temporaryFailure),
        Failure(verdict: .unknown(why: "time-out"), attempt: 7, lane: .priority, kind: .temporaryFailure),
    ])
    func `after each final failure, and it is not parked`(failure: Failure) throws {
        var notification = Self.notification(lane: failure.lane, attempt: failure.attempt)
        notification.deferrals = failure.deferrals
        let settlement = SettlementTests.settle(failure.verdict, notification)
        let next = try #require(Self.next(settlement))
        #expect(next.endpoint == Self.next && next.alternatives?.endpoints == [Self.last])
        let event = try #require(settlement.event)
        #expect(event.kind == failure.kind)
        #expect(event.continuation == .init(notification: next.id, endpoint: Self.next.id, medium: .email))
    }

    @Test(arguments: [
        FinalVerdict.delivered(reference: nil), .sent(reference: nil), .accepted(reference: nil),
        .retry(after: nil, why: "HTTP 503"), .deferred(why: .busy), .unknown(why: "time-out"),
    ])
    func `but not while it may succeed, and not if it may have succeeded`(verdict: FinalVerdict) {
        let settlement = SettlementTests.settle(verdict, Self.notification())
        #expect(Self.next(settlement) == nil)
        #expect(settlement.event?.continuation == nil)
    }

    @Test(arguments: [FinalVerdict.retry(after: nil, why: "HTTP 503"), .deferred(why: .busy)])
    func `when no further attempt fits before it expires, because the next endpoint may be in time`(verdict: FinalVerdict) {
        let settlement = SettlementTests.settle(verdict, Self.notification(expiresIn: .seconds(4)))
        #expect(settlement.event?.kind == .temporaryFailure)
        #expect(Self.next(settlement)?.expiresAt == SettlementTests.now + .seconds(4))
    }

    @Test func `one that has expired does not continue`() {
        let settlement = Settlement.expired(Self.notification(expiresIn: .seconds(-1)), at: SettlementTests.now)
        #expect(Self.next(settlement) == nil && settlement.event?.continuation == nil)
    }

    @Test func `the last of the line is parked as any other`() {
        let settlement = SettlementTests.settle(
            .retry(after: nil, why: "HTTP 503"), Self.notification(attempt: 7, alternatives: []))
        guard case .park(_, .undeliverable, _) = settlement.next else {
            Issue.record("it is not parked")
            return
        }
    }

    @Test func `the next one is on its lane before the failure is published, and then the delivery is done`() throws {
        var fixture = SettlementLedgerTests.Fixture()
        let notification = Self.notification()
        fixture.add([SettlementLedgerTests.item(notification, Self.gone)])
        let first = try fixture.call()
        #expect(first.messages.map(\.exchange) == ["notifications"])
        #expect(first.messages.map(\.routingKey) == ["email.normal"])
        fixture.answer(first)
        #expect(fixture.settled.isEmpty)
        let event = try fixture.call()
        #expect(event.messages.map(\.routingKey) == ["acme.permanent-failure"])
        fixture.answer(event)
        #expect(fixture.settled == [notification.id])
        #expect(fixture.parked.isEmpty && fixture.ledger.isEmpty)
    }

    @Test func `a next one that may have arrived is published again to its lane, as a possible duplicate`() throws {
        var fixture = SettlementLedgerTests.Fixture()
        fixture.add([SettlementLedgerTests.item(Self.notification(), Self.gone)])
        fixture.answer(try fixture.call(), .timedOut, arrived: true)
        #expect(fixture.calls().isEmpty)
        fixture.now += .seconds(1)
        let again = try fixture.call()
        #expect(again.messages.map(\.routingKey) == ["email.normal"])
        #expect(try again.notifications.map(\.duplicateRisk) == [.possible])
    }

    @Test func `if the lane of the next one is full, it goes there over a retry delay queue, unmarked and due at once`() throws {
        var fixture = SettlementLedgerTests.Fixture()
        let notification = Self.notification()
        fixture.add([SettlementLedgerTests.item(notification, Self.gone)])
        fixture.answer(try fixture.call(), .refused, arrived: true)
        let delayed = try fixture.call()
        #expect(delayed.messages.map(\.exchange) == ["retry.5s"])
        #expect(delayed.messages.map(\.routingKey) == ["email.normal"])
        let next = try #require(try delayed.notifications.first)
        #expect(next.duplicateRisk == .none && next.notBefore == nil && next.attempt == 1)
        fixture.answer(delayed)
        fixture.answer(try fixture.call())
        #expect(fixture.settled == [notification.id])
    }

    @Test func `a next one that AMQP cannot carry is skipped, and the one after it is tried`() throws {
        var fixture = SettlementLedgerTests.Fixture()
        let notification = Self.notification()
        fixture.add([SettlementLedgerTests.item(notification, Self.gone)])
        fixture.answer(try fixture.call(), .unsendable("is too large"))
        let second = try fixture.call()
        #expect(try second.notifications.map(\.endpoint) == [Self.last])
        fixture.answer(second, .unsendable("is too large"))
        let event = try fixture.call()
        #expect(event.messages.map(\.routingKey) == ["acme.permanent-failure"])
        #expect(fixture.parked.map(\.message.cause) == [.undeliverable])
        fixture.answer(event)
        fixture.park(fixture.parked[0].number)
        #expect(fixture.settled == [notification.id])
    }

    @Test func `a retry copy that AMQP cannot carry continues on the next endpoint`() throws {
        var fixture = SettlementLedgerTests.Fixture()
        let notification = Self.notification()
        fixture.add([SettlementLedgerTests.item(notification, .retry(after: nil, why: "HTTP 503"))])
        fixture.answer(try fixture.call(), .unsendable("is too large"))
        let next = try fixture.call()
        #expect(try next.notifications.map(\.endpoint) == [Self.next])
        fixture.answer(next)
        #expect(try fixture.call().messages.map(\.routingKey) == ["acme.technical-failure"])
        #expect(fixture.parked.isEmpty)
    }
}
