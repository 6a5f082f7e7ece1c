import Model
import Testing
import Topology

@testable import Broker
@testable import Contract

@Suite("The returns of a message are counted over all its copies")
struct ReturnedMessageTests {
    private func delivery(_ message: OutgoingMessage, count: Int? = nil) -> Delivery {
        var message = message
        if let count { message.properties.headers.append(Header("x-delivery-count", count)) }
        return MessageTests.delivery(of: message, redelivered: count != nil)
    }

    @Test func `a message that was never returned has no header for it`() throws {
        let message = NotificationMessage(MessageTests.notification()).outgoing()
        #expect(message.properties.headers.map(\.name) == ["x-notifications"])
        #expect(ReturnedMessage(delivery(message)).returns == 0)
    }

    @Test func `the broker's count is added to that of the copies before`() throws {
        let first = try NotificationMessage(delivery(NotificationMessage(MessageTests.notification()).outgoing(), count: 2))
        #expect(first.notifications.map(\.returns) == [2])
        let copy = try NotificationMessage(delivery(first.outgoing(after: .fiveSeconds)))
        #expect(copy.notifications.map(\.returns) == [2])
        let again = try NotificationMessage(delivery(first.outgoing(after: .fiveSeconds), count: 1))
        #expect(again.notifications.map(\.returns) == [3])
    }

    @Test func `what was returned does not share a message with anything`() {
        var notifications = MessageTests.fanOut(of: 4)
        for place in [0, 2] { notifications[place].returns = 1 }
        #expect(NotificationMessage.messages(of: notifications).map(\.notifications.count).sorted() == [1, 1, 2])
    }

    @Test func `an isolated copy has the same bytes, its own queue, and is a possible duplicate since then`() throws {
        let now = Timestamp(milliseconds: 1_700_000_000_000)
        let message = NotificationMessage(MessageTests.fanOut(of: 2)[0]).outgoing()
        let isolated = ReturnedMessage(delivery(message, count: 5)).isolated(returns: 3, medium: .webhook, lane: .bulk, at: now)
        #expect(isolated.routingKey == "webhook.bulk.isolated" && isolated.body == message.body)
        let read = try NotificationMessage(delivery(isolated)).notifications[0]
        #expect(read.traffic == .isolated && read.returns == 3)
        #expect(read.duplicateRisk == .possible && read.possibleDuplicateSince == now)
        // The copy that waits for the recorder has its own time.
        let waiting = NotificationMessage(read).outgoing(after: .fiveSeconds)
        #expect(waiting.properties["x-returned-at"] == nil && waiting.routingKey == "webhook.bulk.isolated")
        let back = try NotificationMessage(delivery(waiting)).notifications[0]
        #expect(back.returns == 3 && back.possibleDuplicateSince == now)
    }

    @Test func `poison is published as the broker would, also where it cannot be read`() {
        let message = OutgoingMessage(
            exchange: "notifications", routingKey: "webhook.bulk.isolated",
            properties: MessageProperties(type: MessageType.notification, userID: "somebody"), body: [1, 2, 3])
        let poison = ReturnedMessage(delivery(message, count: 6)).poison
        #expect(poison.exchange == "poison" && poison.routingKey == "webhook.bulk.isolated" && poison.body == [1, 2, 3])
        #expect(poison.properties.userID == nil && poison.properties["x-returns"] == .integer(6))
    }
}
