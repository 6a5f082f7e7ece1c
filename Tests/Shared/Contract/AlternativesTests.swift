import JSON
import Model
import Testing

@testable import Broker
@testable import Contract

@Suite("Alternatives are in the message of their notification")
struct AlternativesTests {
    private static func alternatives(_ count: Int) -> Alternatives? {
        Alternatives(
            (0..<count).map { number in
                Endpoint(
                    id: .fresh(), medium: number.isMultiple(of: 2) ? .email : .webhook, address: "\"é\\\(number)",
                    parameters: MessageTests.parameters(1 + number))
            })
    }

    private static func carried(_ message: OutgoingMessage) throws -> [Notification] {
        try NotificationMessage(MessageTests.delivery(of: message)).notifications
    }

    @Test func `any alternatives are kept, beside values and in messages of several fan-outs`() throws {
        // Each notification has one of the combinations of none to three alternatives, with and without values.
        for count in 1...20 {
            var sent = MessageTests.fanOut(of: count)
            sent += MessageTests.fanOut(of: 2).map { notification in
                var other = notification
                other.attempt = 2
                return other
            }
            for place in sent.indices {
                sent[place].alternatives = Self.alternatives((place + count) % 4)
                if (place + count) / 4 % 2 == 0 { sent[place].values = try NotificationValues(["place": "\(place)"]) }
            }
            let arrived = try NotificationMessage.messages(of: sent).flatMap { try Self.carried($0.outgoing()) }
            let found = Dictionary(uniqueKeysWithValues: arrived.map { ($0.id, $0) })
            for notification in sent {
                let read = try #require(found[notification.id])
                #expect(read.alternatives == notification.alternatives)
                #expect(read.alternatives?.endpoints == notification.alternatives?.endpoints)
                #expect(read.values == notification.values && read.content == notification.content)
            }
        }
    }

    @Test func `large alternatives share a message up to a size`() throws {
        var sent = MessageTests.fanOut(of: 10)
        let address = String(repeating: "x", count: 15 << 10)
        for place in sent.indices {
            sent[place].alternatives = Alternatives([Endpoint(id: .fresh(), medium: .email, address: address)])
        }
        #expect(NotificationMessage.placed(sent).map(\.places) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]])
    }

    @Test(arguments: ["[]", "{}", "[{}]", #"[{"id":"x","medium":"email","address":"a"}]"#])
    func `malformed alternatives are refused`(text: String) throws {
        var notification = MessageTests.notification()
        notification.alternatives = Self.alternatives(1)
        var message = NotificationMessage(notification).outgoing()
        let length = try #require(notification.alternatives).encoded.count
        let header = try #require(message.properties.string("x-notifications"))
        message.properties["x-notifications"] = .string(
            header.replacing("alternatives=\(length)", with: "alternatives=\(text.utf8.count)"))
        message.body = Array(message.body.dropLast(length + 1)) + Array(text.utf8) + [UInt8(ascii: "]")]
        #expect { try NotificationMessage(MessageTests.delivery(of: message)) } throws: { "\($0)".contains("x-notifications") }
    }

    @Test func `a cursor has its order only if it has one`() throws {
        func cursor(_ order: EndpointOrder?) -> Cursor {
            Cursor(
                request: .fresh(), tenant: MessageTests.tenant, lane: .bulk, reference: nil, traceparent: nil,
                audience: Audience(channels: [1], consumers: [], watermark: 9), medium: .email, order: order, expiresAt: nil,
                part: 0, parts: 1, after: 0, through: 9, content: MessageTests.content)
        }
        for order in [nil, EndpointOrder([.webhook, .email])] {
            let message = CursorMessage(cursor(order)).outgoing()
            #expect(try CursorMessage(MessageTests.delivery(of: message)).cursor.order == order)
            #expect(String(decoding: message.body, as: UTF8.self).contains("first_of") == (order != nil))
        }
    }

    @Test func `an event has what a notification continued as`() throws {
        var notification = MessageTests.notification()
        notification.alternatives = Self.alternatives(2)
        let next = try #require(notification.onNextEndpoint)
        let failed = NotificationEvent(.temporaryFailure, of: notification, attempt: 7, at: Timestamp(seconds: 1), reason: "why")
        let events = [Event.notification(failed.continued(as: next)), .notification(failed)]
        let message = EventMessage.batches(of: events)[0].outgoing()
        #expect(try EventMessage(MessageTests.delivery(of: message)).events == events)
        let body = try JSON(parsing: message.body)
        #expect(body["events"]?[0]?["continued_as"]?["medium"]?.stringValue == "email")
        #expect(body["events"]?[1]?["continued_as"] == nil)
    }
}
