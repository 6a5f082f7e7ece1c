import Model
import Testing
import Topology

@testable import Broker
@testable import Contract

@Suite("A parked message is read as it was before it was parked")
struct ParkedCopyTests {
    static func copy(
        of message: OutgoingMessage, _ reason: ParkedReason = .undeliverable,
        from queue: QueueName = .send(.webhook, .bulk, .burst)
    ) -> ParkedCopy {
        let parked = ParkedMessage(message, because: reason, reason: "HTTP 503", from: queue).outgoing()
        return ParkedCopy(MessageTests.delivery(of: parked), from: reason)
    }

    static func request(user: String? = "acme", id: RequestID? = .fresh()) -> OutgoingMessage {
        OutgoingMessage(
            exchange: "requests", routingKey: "acme.bulk",
            properties: MessageProperties(
                messageID: id?.description, type: MessageType.request, contentType: "application/json", userID: user,
                timestamp: 1_700_000_000),
            body: Array(#"{"channel":["news"],"text":["T"]}"#.utf8))
    }

    @Test func `a notification has its route, its reason and all its ids`() throws {
        var notification = MessageTests.fanOut(of: 1)[0]
        notification.traffic = .burst
        let copy = Self.copy(of: NotificationMessage(notification).outgoing())
        guard case .notifications(let read) = copy.contents else { throw Unexpected(what: copy.contents) }
        #expect(read.map(\.id) == [notification.id] && read[0].lane == .bulk && read[0].traffic == .burst)
        #expect(copy.id == notification.id.description)
        #expect(copy.ids.contains(notification.request.description))
        #expect(copy.why == "HTTP 503" && copy.parkedFrom == "send.webhook.bulk.burst" && copy.parkedAt != nil)
        #expect(copy.tenant == MessageTests.tenant && copy.medium == .webhook && !copy.isTruncated)
    }

    @Test func `a notification that an earlier version parked is read by the queue that it comes from`() throws {
        var parked = ParkedMessage(
            NotificationMessage(MessageTests.fanOut(of: 1)[0]).outgoing(), because: .undeliverable, reason: "why",
            from: .send(.webhook, .bulk, .sparse)
        ).outgoing()
        parked.properties["x-parked-key"] = nil
        let copy = ParkedCopy(MessageTests.delivery(of: parked), from: .undeliverable)
        #expect(copy.tenant == MessageTests.tenant && copy.medium == .webhook)
    }

    @Test func `a request has its service, its user and its id`() throws {
        let message = Self.request()
        let copy = Self.copy(of: message, .rejected, from: .requests(.bulk, 1))
        guard case .requests(let submissions) = copy.contents else { throw Unexpected(what: copy.contents) }
        #expect(submissions.map(\.id?.description) == [message.properties.messageID])
        #expect(copy.tenant?.text == "acme" && copy.medium == nil && copy.user == "acme")
    }

    @Test func `what its publisher wrote into the headers of a message that the broker parked is not believed`() throws {
        var message = Self.request(user: "mallory")
        message.exchange = ExchangeName.poison.name
        message.properties.headers = [
            Header("x-parked-user", "acme"), Header("x-parked-key", "victim.priority"),
            Header("x-parked-at", "2020-01-01T00:00:00Z"),
            Header("x-reason", "harmless"),
        ]
        let copy = ParkedCopy(MessageTests.delivery(of: message), from: .poison)
        #expect(copy.user == "mallory" && copy.tenant?.text == "acme" && copy.parkedAt == nil && copy.why != "harmless")
        #expect(copy.message.properties.headers.isEmpty)
    }

    @Test func `what cannot be read has an id and says why`() throws {
        let message = OutgoingMessage(
            exchange: "notifications", routingKey: "webhook.bulk", properties: MessageProperties(type: MessageType.notification),
            body: [0x78])
        let copy = Self.copy(of: message, .poison)
        guard case .unreadable = copy.contents else { throw Unexpected(what: copy.contents) }
        #expect(copy.id.count == 12 && copy.ids == [copy.id])
    }

    struct Unexpected: Error { let what: ParkedCopy.Contents }
}
