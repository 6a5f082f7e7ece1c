import Broker
import Contract
import Model
import Runtime
import Testing
import Topology

@testable import Senders

@Suite("Triage before anything is sent")
struct TriageTests {
    struct Away: Error {}

    private func triage(
        _ lane: Lane = .normal, look: @escaping @Sendable ([NotificationID]) async throws -> [NotificationID: Record.Entry]
    ) -> Triage {
        Triage(queue: .send(.webhook, lane), lane: lane, record: Record(look: look), log: .discarded)
    }

    private func delivery(_ notification: Notification, redelivered: Bool = false) -> OpenDelivery {
        .carrying(NotificationMessage(notification), redelivered: redelivered)
    }

    @Test func `on the straight path nothing is looked up`() async {
        let triage = triage { _ in
            Issue.record("the record was asked")
            return [:]
        }
        let (ready, settled) = await triage.sort([delivery(SettlementTests.notification(expiresIn: nil))])
        #expect(ready.count == 1)
        #expect(settled.isEmpty)
    }

    @Test func `what is redelivered waits until the recorder has caught up`() async {
        let (ready, settled) = await triage { _ in [:] }.sort([delivery(SettlementTests.notification(), redelivered: true)])
        #expect(ready.isEmpty)
        #expect(settled.map(\.hold?.step) == [.fiveSeconds])
        #expect(settled[0].hold?.notification.suspicion == .waited)
        #expect(settled[0].event == nil)
    }

    @Test func `what is suspect waits, too`() async {
        var notification = SettlementTests.notification()
        notification.suspicion = .suspect
        let (ready, settled) = await triage { _ in [:] }.sort([delivery(notification)])
        #expect(ready.isEmpty)
        #expect(settled.map(\.hold?.notification.suspicion) == [.waited])
    }

    @Test func `what is redelivered on the priority lane is looked up at once`() async {
        let (ready, _) = await triage(.priority) { _ in [:] }
            .sort([delivery(SettlementTests.notification(lane: .priority), redelivered: true)])
        #expect(ready.count == 1)
    }

    @Test(arguments: [
        (Status.created, 0, 1, false), (.created, 1, 1, true), (.created, 1, 2, false), (.sent, 1, 1, true),
        (.delivered, 1, 1, true),
        (.permanentFailure, 1, 1, true),
    ])
    func `what has waited is dropped if the record covers it`(status: Status, recorded: Int, attempt: Int, isDropped: Bool) async
    {
        var notification = SettlementTests.notification(attempt: attempt)
        notification.suspicion = .waited
        let entries = [notification.id: Record.Entry(status: status, attempt: recorded)]
        let (ready, settled) = await triage { _ in entries }.sort([delivery(notification)])
        #expect(ready.isEmpty == isDropped)
        #expect(settled.count == (isDropped ? 1 : 0))
    }

    @Test func `of two copies that are looked up before either is on record, one waits on`() async {
        var copy = SettlementTests.notification()
        copy.suspicion = .waited
        let triage = triage { _ in [:] }
        let (first, held) = await triage.sort([delivery(copy), delivery(copy)])
        #expect(first.count == 1)
        #expect(held.map(\.hold?.step) == [.fiveSeconds])
        let (second, heldAgain) = await triage.sort([delivery(copy)])
        #expect(second.isEmpty)
        #expect(heldAgain.map(\.hold?.step) == [.fiveSeconds])
        copy.attempt += 1
        #expect(await triage.sort([delivery(copy)]).ready.count == 1)
    }

    @Test func `an attempt is forgotten after a while`() {
        let notification = SettlementTests.notification()
        let start = ContinuousClock.now
        var recent = RecentAttempts()
        let spans: [(after: Double, isBegun: Bool)] = [(0, true), (1, false), (2, true), (2.5, false), (9, true)]
        for (after, isBegun) in spans {
            let begun = recent.begin(notification, at: start + RecentAttempts.span * after)
            #expect(begun == isBegun, "after \(after) spans")
        }
    }

    @Test func `while the record cannot be read a possible repeat waits on`() async {
        var notification = SettlementTests.notification()
        notification.suspicion = .waited
        let (ready, settled) = await triage { _ in throw Away() }.sort([delivery(notification)])
        #expect(ready.isEmpty)
        #expect(settled.map(\.hold?.step) == [.fiveSeconds])
    }

    @Test func `what is no notification is parked with its reason`() async {
        var broken = NotificationMessage(SettlementTests.notification()).outgoing()
        broken.properties.type = "something.else"
        let (_, settled) = await triage { _ in [:] }.sort([.carrying(broken)])
        #expect(settled[0].parked?.outgoing().routingKey == "poison")
    }

    @Test func `what is over is expired and not sent`() async {
        let late = SettlementTests.notification(expiresIn: .seconds(-1_000_000_000))
        let (ready, settled) = await triage { _ in [:] }.sort([delivery(late)])
        #expect(ready.isEmpty)
        #expect(settled.map(\.event?.kind) == [.expired])
    }

    @Test func `of several in one message each goes its own way`() async throws {
        var notifications = SettlementTests.fanOut(of: 3)
        for index in notifications.indices { notifications[index].suspicion = .waited }
        let done = notifications[1].id
        let triage = triage { _ in [done: Record.Entry(status: .delivered, attempt: 1)] }
        let message = try #require(NotificationMessage.messages(of: notifications).first)
        let delivery = OpenDelivery.carrying(message)
        let (ready, settled) = await triage.sort([delivery])
        #expect(ready.map(\.notification.id) == [notifications[0].id, notifications[2].id])
        #expect(settled.count == 1 && settled[0].event == nil && settled[0].hold == nil)
        #expect((ready.map(\.delivery) + settled.map(\.delivery)).allSatisfy { $0 === delivery })
    }
}

extension OpenDelivery {
    static func carrying(_ message: NotificationMessage, redelivered: Bool = false) -> OpenDelivery {
        carrying(message.outgoing(), redelivered: redelivered)
    }

    static func carrying(_ message: OutgoingMessage, redelivered: Bool = false) -> OpenDelivery {
        OpenDelivery(
            Delivery(
                tag: DeliveryTag(epoch: 1, number: 1), exchange: message.exchange, routingKey: message.routingKey,
                isRedelivered: redelivered, properties: message.properties, body: message.body))
    }
}
