import Contract
import Model
import Testing

@testable import Senders

@Suite("A sender keeps the values that are for one recipient")
struct NotificationValuesTests {
    private static func notification() throws -> Notification {
        var notification = SettlementTests.notification()
        notification.values = try NotificationValues(["name": "Ada\n\0 Ünlü"])
        return notification
    }

    @Test(arguments: [FinalVerdict.retry(after: nil, why: "HTTP 503"), .deferred(why: .busy)])
    func `on a retry delay queue and from it to a sender again`(verdict: FinalVerdict) throws {
        let notification = try Self.notification()
        var fixture = SettlementLedgerTests.Fixture()
        fixture.add([SettlementLedgerTests.item(notification, verdict)])
        let held = try #require(try fixture.call().messages.first)
        #expect(held.exchange.hasPrefix("retry."))
        #expect(try OpenDelivery.carrying(held).contents.get().map(\.values) == [notification.values])
    }

    @Test func `in a parked copy`() throws {
        let notification = try Self.notification()
        let item = SettlementLedgerTests.item(notification, .unknown(why: "time-out"))
        var message = try #require(item.parked).outgoing()
        message.routingKey = NotificationMessage(notification).outgoing().routingKey
        #expect(try OpenDelivery.carrying(message).contents.get().map(\.values) == [notification.values])
    }
}
