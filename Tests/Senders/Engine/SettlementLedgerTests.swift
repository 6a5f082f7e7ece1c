import Broker
import Cancellations
import Contract
import Model
import Runtime
import Testing
import Topology

@testable import Senders

@Suite("Each notification is settled when what it needs itself is confirmed")
struct SettlementLedgerTests {
    /// A ledger and its actions, with a clock that the test advances.
    struct Fixture {
        var ledger: SettlementLedger
        var now = ContinuousClock.now
        var settled: [NotificationID] = []
        var parked: [(number: Int, message: ParkedMessage)] = []
        var refused: [RetryDelay] = []
        var unpublishable = 0

        init(unqueued: Int = 2) {
            ledger = SettlementLedger(queue: .send(.webhook, .normal, .sparse), unqueuedLimit: unqueued) {
                BackOff(initial: .seconds(1), limit: .seconds(1), jitter: { 0 })
            }
        }

        mutating func add(_ items: [Settler.Item]) { take(ledger.add(items, at: now, SettlementTests.now)) }

        /// What is to be published now.
        mutating func calls() -> [SettlementLedger.Call] {
            var calls: [SettlementLedger.Call] = []
            for action in ledger.takeCalls(now) { if case .publish(let call) = action { calls.append(call) } }
            return calls.sorted { $0.messages[0].exchange < $1.messages[0].exchange }
        }

        /// The one call that is to be published now.
        mutating func call() throws -> SettlementLedger.Call {
            let calls = calls()
            try #require(calls.count == 1)
            return calls[0]
        }

        mutating func answer(
            _ call: SettlementLedger.Call, _ error: PublishError? = nil, at index: Int = 0, arrived: Bool = false
        ) {
            let failures = error.map { [PublishReport.Failure(index: index, error: $0, mayHaveArrived: arrived)] } ?? []
            take(ledger.report(call.number, PublishReport(failures: failures), at: now))
        }

        mutating func park(_ number: Int) { take(ledger.parked(number)) }

        private mutating func take(_ actions: [SettlementLedger.Action]) {
            for action in actions {
                switch action {
                case .settled(let delivery): settled.append(delivery.ids[0])
                case .park(let number, let message): parked.append((number, message))
                case .refused(let step, _): refused.append(step)
                case .unpublishable: unpublishable += 1
                case .publish: break
                }
            }
        }
    }

    static func item(
        _ notification: Notification = SettlementTests.notification(), _ verdict: FinalVerdict = .delivered(reference: nil)
    ) -> Settler.Item {
        let delivery = OpenDelivery.carrying(NotificationMessage(notification))
        let triage = Triage(
            queue: .send(.webhook, notification.lane, .sparse), lane: notification.lane,
            record: AttemptRecord { _, _ in AttemptRecord.Reading(entries: [:], through: .now) },
            marker: RecordMarker(lane: .normal) { _ in },
            recent: RecentAttempts.Shared(), cancelled: CancelledRequests(), log: .discarded)
        return triage.item(delivery, SettlementTests.settle(verdict, notification))
    }

    private static let again = FinalVerdict.retry(after: nil, why: "HTTP 503")

    @Test func `one that is confirmed does not wait for one that is not, and only that one is repeated`() throws {
        var fixture = Fixture()
        let (good, bad) = (SettlementTests.notification(), SettlementTests.notification())
        fixture.add([Self.item(good), Self.item(bad, .refused(why: "HTTP 404"))])
        let call = try fixture.call()
        #expect(call.messages.map(\.routingKey) == ["acme.delivered", "acme.permanent-failure"])
        fixture.answer(call, .refused, at: 1)
        #expect(fixture.settled == [good.id])
        let repeated = { (fixture: inout Fixture) in fixture.calls().flatMap(\.messages).map(\.routingKey) }
        #expect(repeated(&fixture).isEmpty)
        // What comes meanwhile neither waits for it nor travels with it.
        let other = SettlementTests.notification()
        fixture.add([Self.item(other, .refused(why: "HTTP 404"))])
        fixture.answer(try fixture.call())
        #expect(fixture.settled == [good.id, other.id])
        fixture.now += .seconds(1)
        fixture.answer(try fixture.call())
        #expect(fixture.settled == [good.id, other.id, bad.id])
        #expect(fixture.ledger.isEmpty)
    }

    @Test func `a copy is on its retry delay queue before the event of the failed attempt is published`() throws {
        var fixture = Fixture()
        let notification = SettlementTests.notification()
        fixture.add([Self.item(notification, Self.again)])
        let delayed = try fixture.call()
        #expect(delayed.messages.map(\.exchange) == ["retry.5s"])
        fixture.answer(delayed)
        #expect(fixture.settled.isEmpty)
        let event = try fixture.call()
        #expect(event.messages.map(\.exchange) == ["events.normal"])
        fixture.answer(event)
        #expect(fixture.settled == [notification.id])
    }

    @Test(arguments: [
        (PublishError.timedOut, true, DuplicateRisk.possible), (.overloaded, false, .none), (.blocked, false, .none),
    ])
    func `a copy that is published again is marked if the first may have arrived, and only then`(
        error: PublishError, arrived: Bool, duplicateRisk: DuplicateRisk
    ) throws {
        var fixture = Fixture()
        fixture.add([Self.item(SettlementTests.notification(), Self.again)])
        fixture.answer(try fixture.call(), error, arrived: arrived)
        fixture.now += .seconds(1)
        let copy = try #require(try fixture.call().notifications.first)
        #expect(copy.duplicateRisk == duplicateRisk)
        #expect(copy.attempt == 2)
    }

    @Test func `a full retry delay queue leads to the next longer one, then to a shorter one that carries the due time`() throws {
        var fixture = Fixture()
        fixture.add([Self.item(SettlementTests.notification(attempt: 4), Self.again)])
        var exchanges: [String] = []
        var notBefore: [Timestamp?] = []
        for _ in 0..<5 {
            let call = try fixture.call()
            exchanges += call.messages.map(\.exchange)
            notBefore += try call.notifications.map(\.notBefore)
            fixture.answer(call, .refused, arrived: true)
        }
        #expect(exchanges == ["retry.10m", "retry.1h", "retry.2m", "retry.30s", "retry.5s"])
        let due = SettlementTests.now + .seconds(600)
        #expect(notBefore == [nil, nil, due, due, due])
        #expect(fixture.refused.count == 5)
        #expect(fixture.calls().isEmpty)
        fixture.now += .seconds(1)
        let call = try fixture.call()
        #expect(call.messages.map(\.exchange) == ["retry.10m"])
        // It was refused each time, so that no copy of it is anywhere.
        #expect(try call.notifications.map(\.duplicateRisk) == [.none])
    }

    @Test func `a wait that no single retry delay fits is spent in parts, and each part carries the due time`() throws {
        var fixture = Fixture()
        fixture.add([Self.item(SettlementTests.notification(), .retry(after: .seconds(700), why: "HTTP 429"))])
        let call = try fixture.call()
        #expect(call.messages.map(\.exchange) == ["retry.10m"])
        #expect(try call.notifications[0].notBefore == SettlementTests.now + .seconds(700))
    }

    @Test func `if all retry delay queues are full, a few wait here, and more go back to the tail of their lane`() throws {
        var fixture = Fixture(unqueued: 2)
        let notifications = (0..<3).map { _ in SettlementTests.notification() }
        fixture.add(notifications.map { Self.item($0, Self.again) })
        for _ in 0..<2 {
            let call = try fixture.call()
            let all = call.messages.indices.map { PublishReport.Failure(index: $0, error: .refused, mayHaveArrived: true) }
            _ = fixture.ledger.report(call.number, PublishReport(failures: all), at: fixture.now)
        }
        #expect(fixture.calls().isEmpty)
        fixture.now += SettlementLedger.returnWait
        let back = try fixture.call()
        #expect(back.messages.map(\.exchange) == ["notifications"])
        let returned = try #require(try back.notifications.first)
        #expect(returned.id == notifications[2].id)
        #expect(returned.attempt == 2)
        #expect(returned.notBefore == SettlementTests.now + .seconds(5))
        fixture.answer(back)
        #expect(fixture.settled.isEmpty)
        fixture.answer(try fixture.call())
        #expect(fixture.settled == [notifications[2].id])
        #expect(fixture.ledger.unqueued.count == 2)
        // The process drains: nothing waits in it any longer.
        fixture.ledger.drain()
        let drained = try fixture.call()
        #expect(Set(try drained.notifications.map(\.id)) == [notifications[0].id, notifications[1].id])
        #expect(drained.messages.allSatisfy { $0.exchange == "notifications" })
    }

    @Test func `a retry delay queue that was full is not tried again for a moment`() throws {
        var fixture = Fixture()
        fixture.add([Self.item(SettlementTests.notification(), Self.again)])
        fixture.answer(try fixture.call(), .refused, arrived: true)
        fixture.answer(try fixture.call())
        fixture.answer(try fixture.call())
        fixture.add([Self.item(SettlementTests.notification(), Self.again)])
        let next = try fixture.call()
        #expect(next.messages.map(\.exchange) == ["retry.30s"])
        fixture.answer(next)
        fixture.answer(try fixture.call())
        fixture.now += SettlementLedger.fullSpan
        fixture.add([Self.item(SettlementTests.notification(), Self.again)])
        #expect(try fixture.call().messages.map(\.exchange) == ["retry.5s"])
    }

    @Test func `an event that cannot be sent is shortened, and those of the same message are published whole`() throws {
        var fixture = Fixture()
        let (good, bad) = (SettlementTests.notification(), SettlementTests.notification())
        fixture.add([
            Self.item(good, .refused(why: "HTTP 404")),
            Self.item(bad, .refused(why: String(repeating: "€", count: 6 << 20))),
        ])
        fixture.answer(try fixture.call(), .unsendable("is too large"))
        let single = try fixture.call()
        #expect(single.messages.count == 2)
        fixture.answer(single, .unsendable("is too large"), at: 1)
        #expect(fixture.settled == [good.id])
        let short = try fixture.call()
        #expect(short.messages.count == 1 && short.messages[0].body.count < 2000)
        fixture.answer(short)
        #expect(fixture.settled == [good.id, bad.id])
        #expect(fixture.unpublishable == 0)
    }

    @Test func `a copy that no retry delay queue can take is a technical failure`() throws {
        var fixture = Fixture()
        let notification = SettlementTests.notification()
        fixture.add([Self.item(notification, Self.again)])
        fixture.answer(try fixture.call(), .unsendable("has headers of more than 100000 bytes"))
        let event = try fixture.call()
        #expect(event.messages.map(\.routingKey) == ["acme.technical-failure"])
        #expect(fixture.parked.map(\.message.cause) == [.undeliverable])
        fixture.answer(event)
        #expect(fixture.settled.isEmpty)
        fixture.park(fixture.parked[0].number)
        #expect(fixture.settled == [notification.id])
    }

    @Test func `no success waits for a parked copy`() throws {
        var fixture = Fixture()
        let (good, failed) = (SettlementTests.notification(), SettlementTests.notification(attempt: 7))
        fixture.add([Self.item(failed, Self.again), Self.item(good)])
        fixture.answer(try fixture.call())
        #expect(fixture.settled == [good.id])
        fixture.park(try #require(fixture.parked.first).number)
        #expect(fixture.settled == [good.id, failed.id])
    }

    @Test func `a call that takes long delays the next one only for a moment`() throws {
        var fixture = Fixture()
        fixture.add([Self.item()])
        let slow = try fixture.call()
        let quick = SettlementTests.notification()
        fixture.add([Self.item(quick)])
        #expect(fixture.calls().isEmpty)
        #expect(fixture.ledger.nextTime(fixture.now) == fixture.now + SettlementLedger.patience)
        fixture.now += SettlementLedger.patience
        fixture.answer(try fixture.call())
        #expect(fixture.settled == [quick.id])
        fixture.answer(slow)
        #expect(fixture.ledger.isEmpty)
    }
}

extension SettlementLedger.Call {
    var notifications: [Notification] {
        get throws { try messages.flatMap { try OpenDelivery.carrying($0).contents.get() } }
    }
}

extension OpenDelivery {
    fileprivate var ids: [NotificationID] { (try? contents.get().map(\.id)) ?? [] }
}
