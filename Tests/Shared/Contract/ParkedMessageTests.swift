import Model
import Testing
import Topology

@testable import Broker
@testable import Contract

@Suite("The parked copy of a message can always be published")
struct ParkedMessageTests {
    private static func message(
        _ properties: MessageProperties = MessageProperties(), body: [UInt8] = [], key: String = "acme.normal"
    ) -> OutgoingMessage {
        OutgoingMessage(exchange: "requests", routingKey: key, properties: properties, body: body)
    }

    private static func parked(_ message: OutgoingMessage, _ cause: ParkedReason = .poison, reason: String = "why")
        -> OutgoingMessage
    {
        ParkedMessage(message, because: cause, reason: reason, from: .requests(.normal, 0)).outgoing()
    }

    @Test func `a parked message keeps its body and has the reason, the queue and the time`() {
        let outgoing = NotificationMessage(MessageTests.notification()).outgoing()
        let parked = ParkedMessage(
            MessageTests.delivery(of: outgoing), because: .poison, reason: "no header", from: .send(.webhook, .bulk, .sparse)
        ).outgoing()
        #expect(parked.exchange == "parked")
        #expect(parked.routingKey == "poison")
        #expect(parked.body == outgoing.body)
        #expect(parked.properties["x-reason"] == .string("no header"))
        #expect(parked.properties["x-parked-from"] == .string("send.webhook.bulk"))
        #expect(parked.properties["x-body-bytes"] == .integer(Int64(outgoing.body.count)))
        #expect(parked.properties["x-truncated"] == nil)
        #expect(parked.properties["traceparent"] == outgoing.properties["traceparent"])
        #expect(parked.properties.string("x-notifications")?.contains("address=https://example.org/hook") == true)
    }

    /// Properties that publishers send or could send.
    private static let hostile: [MessageProperties] = [
        MessageProperties(type: "other", headers: [Header("x-filler", String(repeating: "x", count: 110_000))]),
        MessageProperties(headers: [Header("traceparent", String(repeating: "0", count: 99_900))]),
        MessageProperties(headers: [Header("x-notifications", String(repeating: "a=b\n", count: 24_900))]),
        MessageProperties(headers: [
            Header("x-requests", String(repeating: "ü", count: 40_000)),
            Header("x-notifications", String(repeating: "€", count: 30_000)),
        ]),
        MessageProperties(
            messageID: String(repeating: "\u{FFFD}", count: 255), type: String(repeating: "\u{FFFD}", count: 255),
            contentType: String(repeating: "\u{FFFD}", count: 255), userID: "mallory",
            correlationID: String(repeating: "\u{FFFD}", count: 255), timestamp: .max),
        MessageProperties(headers: [Header(String(repeating: "n", count: 300), "v"), Header("x-death", "again")]),
    ]

    @Test(arguments: hostile)
    func `the copy of any message can be published`(properties: MessageProperties) {
        for cause in ParkedReason.allCases {
            let message = Self.message(properties, body: Array(repeating: 0x78, count: 16 << 20))
            let parked = Self.parked(message, cause, reason: "e" + String(repeating: "\u{301}", count: 100_000))
            #expect(parked.problem == nil)
            #expect(parked.properties.userID == nil)
            #expect(parked.properties.string("x-reason")!.utf8.count <= 500)
            #expect(parked.properties["x-body-bytes"] == .integer(16 << 20))
            #expect(parked.properties["x-truncated"] == .bool(true))
        }
    }

    @Test(arguments: [
        (ParkedReason.poison, 64 << 10, 64 << 10), (.poison, 64 << 10 + 1, 64 << 10), (.rejected, 256 << 10, 64 << 10),
        (.undeliverable, 1 << 20, 1 << 20), (.undeliverable, 1 << 20 + 1, 64 << 10), (.expired, 300 << 10, 300 << 10),
    ])
    func `a poison or rejected body is cut, an undeliverable or expired one is complete`(
        cause: ParkedReason, size: Int, kept: Int
    ) {
        let parked = Self.parked(Self.message(body: Array(repeating: 0x78, count: size)), cause)
        #expect(parked.body.count == kept)
        #expect(parked.properties["x-truncated"] == (kept < size ? .bool(true) : nil))
    }

    @Test func `a reason is cut between two characters of UTF-8`() {
        let parked = Self.parked(Self.message(), reason: String(repeating: "€", count: 200))
        #expect(parked.properties.string("x-reason") == String(repeating: "€", count: 166))
    }

    @Test func `its owner is the user and the service that it names`() {
        let request = Self.message(MessageProperties(userID: "mallory"), key: "shop.normal")
        #expect(ParkedMessage(request, because: .rejected, reason: "", from: .requests(.normal, 0)).owner == "mallory/shop")
        let notification = NotificationMessage(MessageTests.notification()).outgoing()
        #expect(
            ParkedMessage(notification, because: .undeliverable, reason: "", from: .send(.webhook, .bulk, .sparse)).owner
                == "/acme")
    }
}
