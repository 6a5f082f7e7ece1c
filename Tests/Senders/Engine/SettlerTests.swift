import Broker
import Contract
import Model
import Runtime
import Synchronization
import Testing
import Topology

@testable import Senders

@Suite("A notification is settled when everything it needs is confirmed")
struct SettlerTests {
    @Test func `a delivery is done when each of its notifications is`() throws {
        let delivery = OpenDelivery.carrying(try #require(NotificationMessage.messages(of: SettlementTests.fanOut(of: 3)).first))
        #expect(delivery.count == 3)
        #expect([delivery.settleOne(), delivery.settleOne(), delivery.settleOne()] == [false, false, true])
    }

    @Test func `an invalid message is settled once`() {
        let delivery = OpenDelivery.carrying(OutgoingMessage(exchange: "notifications", routingKey: "webhook.bulk", body: []))
        #expect(delivery.count == 1)
        #expect(delivery.settleOne())
    }

    /// A settler whose publishes wait for the test.
    private struct Fixture: Sendable {
        let inFlight = InFlight(limit: 100, gauge: Metrics().gauge("in_flight", ""))
        let settler: Settler
        let effects: Settler.Effects
        let published: AsyncStream<[OutgoingMessage]>
        let reports: AsyncStream<PublishReport>.Continuation
        let acknowledged: AsyncStream<[DeliveryTag]>

        init() {
            settler = Settler(
                inFlight: inFlight, batchDelay: .zero,
                ledger: SettlementLedger(queue: .send(.webhook, .normal, .sparse), unqueuedLimit: 1),
                metrics: SettlerMetrics(medium: .webhook, lane: .normal, metrics: Metrics()), log: .discarded)
            let (published, publish) = AsyncStream.makeStream(of: [OutgoingMessage].self)
            let (reports, report) = AsyncStream.makeStream(of: PublishReport.self)
            let (acknowledged, acknowledge) = AsyncStream.makeStream(of: [DeliveryTag].self)
            (self.published, self.reports, self.acknowledged) = (published, report, acknowledged)
            effects = Settler.Effects(
                publish: { messages in
                    publish.yield(messages)
                    var answers = reports.makeAsyncIterator()
                    return await answers.next() ?? PublishReport(failures: [])
                }, park: { _ in }, acknowledge: { acknowledge.yield($0) })
        }
    }

    @Test(.timeLimit(.minutes(1))) func `nothing is acknowledged before what follows from it is confirmed`() async {
        let fixture = Fixture()
        let notification = SettlementTests.notification()
        let delivery = OpenDelivery.carrying(NotificationMessage(notification))
        #expect(fixture.inFlight.enter(1))
        let acknowledged = Mutex(false)
        async let running: Void = fixture.settler.run(
            Settler.Effects(
                publish: fixture.effects.publish, park: fixture.effects.park,
                acknowledge: { tags in
                    acknowledged.withLock { $0 = true }
                    await fixture.effects.acknowledge(tags)
                }))
        fixture.settler.settle([Settler.Item(delivery: delivery, event: SettlementTests.settle(.delivered(reference: nil)).event)]
        )
        var calls = fixture.published.makeAsyncIterator()
        #expect(await calls.next()?.map(\.exchange) == ["events.normal"])
        #expect(!acknowledged.withLock { $0 })
        fixture.reports.yield(PublishReport(failures: [.init(index: 0, error: .refused, mayHaveArrived: true)]))
        #expect(await calls.next()?.count == 1)
        #expect(!acknowledged.withLock { $0 })
        fixture.reports.yield(PublishReport(failures: []))
        var tags = fixture.acknowledged.makeAsyncIterator()
        #expect(await tags.next() == [delivery.delivery.tag])
        await fixture.inFlight.empty()
        fixture.settler.finish()
        await running
    }

    @Test(.timeLimit(.minutes(1))) func `what is to be dropped is acknowledged without a publish`() async {
        let fixture = Fixture()
        #expect(fixture.inFlight.enter(1))
        fixture.settler.settle([Settler.Item(delivery: .carrying(NotificationMessage(SettlementTests.notification())))])
        fixture.settler.finish()
        await fixture.settler.run(fixture.effects)
        await fixture.inFlight.empty()
    }
}
