import Broker
import Contract
import Model
import TestSupport
import Testing
import Topology

@testable import posthorn

@Suite("What parked list --each prints")
struct ParkedListTests {
    private static let reason = "the provider answered 503 three times in a row, and the last attempt was the seventh"

    private static func copies() -> [ParkedCopy] {
        let request = RequestID.fresh()
        return (0..<3).map { _ in
            let notification = Notification(
                request: request, tenant: TenantName("a-service-with-a-long-name")!, reference: nil, lane: .bulk, consumer: "ada",
                endpoint: Endpoint(id: .fresh(), medium: .webhook, address: "https://example.org/"), attempt: 7, expiresAt: nil,
                traceparent: nil, content: EncodedContent(bytes: Array("{}".utf8)))
            let parked = ParkedMessage(
                NotificationMessage(notification).outgoing(), because: .undeliverable, reason: reason,
                from: .send(.webhook, .bulk, .sparse))
            return ParkedCopy(delivery(of: parked.outgoing()), from: .undeliverable)
        }
    }

    private static func delivery(of message: OutgoingMessage) -> Delivery {
        Delivery(
            tag: DeliveryTag(epoch: 1, number: 1), exchange: message.exchange, routingKey: message.routingKey,
            isRedelivered: false,
            properties: message.properties, body: message.body)
    }

    @Test(arguments: [80, 100])
    func `in a narrow terminal the reason has a line of its own`(width: Int) {
        let copies = Self.copies()
        let lines = ParkedList.lines(of: copies, width: width)
        #expect(lines.count == 1 + 2 * copies.count)
        #expect(lines.allSatisfy { $0.count <= width })
        #expect(lines[0].contains("QUEUE"))
        #expect(lines[1].hasPrefix(copies[0].id) && lines[1].contains("undeliverable"))
        #expect(lines[2].hasPrefix("  the provider answered 503 three times in a row, and the last attempt was"))
    }

    @Test func `in a wide one it is the last column`() {
        let lines = ParkedList.lines(of: Self.copies(), width: 200)
        #expect(lines.count == 4)
        #expect(lines[1].hasSuffix(Self.reason))
        #expect(ParkedList.lines(of: Self.copies(), width: nil)[1].hasSuffix(Self.reason))
    }
}
