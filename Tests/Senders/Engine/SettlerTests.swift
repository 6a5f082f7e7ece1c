import Broker
import Contract
import Model
import Testing
import Topology

@testable import Senders

@Suite("What is settled is published in few messages")
struct SettlerTests {
    @Test func `a delivery is done when each of its notifications is`() throws {
        let delivery = OpenDelivery.carrying(try #require(NotificationMessage.messages(of: SettlementTests.fanOut(of: 3)).first))
        #expect(delivery.count == 3)
        #expect([delivery.settleOne(), delivery.settleOne(), delivery.settleOne()] == [false, false, true])
    }

    @Test func `what is no notification is settled once`() {
        let delivery = OpenDelivery.carrying(OutgoingMessage(exchange: "notifications", routingKey: "webhook.bulk", body: []))
        #expect(delivery.count == 1)
        #expect(delivery.settleOne())
    }

    @Test func `what is held travels together by hold, and each hold's messages go there`() throws {
        let notifications = SettlementTests.fanOut(of: 20)
        let other = SettlementTests.notification()
        let delivery = OpenDelivery.carrying(NotificationMessage(other))
        var items = notifications.map { Settler.Item(delivery: delivery, hold: ($0, .fiveSeconds)) }
        items.append(Settler.Item(delivery: delivery, hold: (other, .thirtySeconds)))
        let messages = Settler.messages(for: items)
        #expect(messages.map(\.exchange).sorted() == ["holds.30s", "holds.5s", "holds.5s"])
        let carried = try messages.filter { $0.exchange == "holds.5s" }.flatMap { message in
            try OpenDelivery.carrying(message).contents.get().map(\.id)
        }
        #expect(carried == notifications.map(\.id))
    }
}
