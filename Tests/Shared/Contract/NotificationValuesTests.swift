import JSON
import Model
import TestSupport
import Testing
import Topology

@testable import Broker
@testable import Contract

@Suite("A notification's values are in its message")
struct NotificationValuesTests {
    private static func scalar(_ random: inout SeededGenerator) -> Character {
        while true {
            if let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random)) { return Character(scalar) }
        }
    }

    private static func text(_ random: inout SeededGenerator, atMost count: Int) -> String {
        let pieces: [Character] = [
            "\n", "\0", "=", "\"", "\\", "\r", "\t", "\u{7F}", "\u{301}", "\u{2028}", "[", "]", ",",
        ]
        return String(
            (0..<Int.random(in: 0...count, using: &random)).map { _ in
                Bool.random(using: &random) ? pieces.randomElement(using: &random)! : scalar(&random)
            })
    }

    /// None, few, many, or as many bytes as the limit allows.
    private static func values(_ random: inout SeededGenerator) throws -> NotificationValues? {
        switch Int.random(in: 0...5, using: &random) {
        case 0: return nil
        case 1: return try NotificationValues([:])
        case 2: return try NotificationValues(["a": String(repeating: "x", count: NotificationValues.sizeLimit - 8)])
        default:
            var values: [String: String] = [:]
            for number in 0..<Int.random(in: 1...20, using: &random) {
                let name = String(String.UnicodeScalarView(text(&random, atMost: 5).unicodeScalars.filter { $0 != "\0" }))
                values["\(number)\(name)"] = text(&random, atMost: 40)
            }
            return try NotificationValues(values)
        }
    }

    private static func carried(_ message: OutgoingMessage) throws -> [Notification] {
        try NotificationMessage(MessageTests.delivery(of: message)).notifications
    }

    /// By their bytes, because different texts may be equal as `String`.
    private static func bytes(_ values: NotificationValues?) -> [[UInt8]]? {
        values.map { values in values.byName.sorted { $0.key < $1.key }.flatMap { [Array($0.key.utf8), Array($0.value.utf8)] } }
    }

    @Test func `any values are kept from the router to a sender, to a retry delay queue and to a sender again`() throws {
        for seed in 1...200 {
            var random = SeededGenerator(seed: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
            var sent = MessageTests.fanOut(of: Int.random(in: 1...20, using: &random))
            // Those of another fan-out may share their messages.
            sent += MessageTests.fanOut(of: 2).map { notification in
                var other = notification
                other.attempt = 2
                return other
            }
            for place in sent.indices { sent[place].values = try Self.values(&random) }
            let atSender = try NotificationMessage.messages(of: sent).flatMap { try Self.carried($0.outgoing()) }
            let delayed = NotificationMessage.messages(
                of: atSender.map { notification in
                    var next = notification
                    next.attempt += 1
                    return next
                })
            let returned = try delayed.flatMap { try Self.carried($0.outgoing(after: .fiveSeconds)) }
            for arrived in [atSender, returned] {
                let found = Dictionary(uniqueKeysWithValues: arrived.map { ($0.id, $0) })
                try #require(found.count == sent.count, "seed \(seed)")
                for notification in sent {
                    #expect(Self.bytes(found[notification.id]?.values) == Self.bytes(notification.values), "seed \(seed)")
                    #expect(found[notification.id]?.content == notification.content, "seed \(seed)")
                }
            }
        }
    }

    @Test func `a parked copy keeps the values`() throws {
        var notification = MessageTests.notification()
        notification.values = try NotificationValues(["name": "Ada\n\0 Ünlü"])
        let parked = ParkedMessage(
            NotificationMessage(notification).outgoing(), because: .undeliverable, reason: "why",
            from: .send(.webhook, .priority, .sparse)
        ).outgoing()
        let again = OutgoingMessage(
            exchange: ExchangeName.notifications.name,
            routingKey: RoutingKey.notification(notification.medium, notification.lane, notification.traffic),
            properties: parked.properties, body: parked.body)
        #expect(try Self.carried(again).map(\.values) == [notification.values])
    }

    @Test func `without values the message has the same bytes as before values existed`() {
        let one = MessageTests.notification(attempt: 2)
        let outgoing = NotificationMessage(one).outgoing()
        #expect(outgoing.body == MessageTests.content.bytes)
        #expect(
            outgoing.properties.string("x-notifications") == """
                request=\(one.request)
                service=acme
                reference=r-1
                content=\(one.content.digest)
                accepted-at=1800000000456
                attempt=2
                expires-at=1900000000123
                traceparent=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01

                id=\(one.id)
                consumer=ada
                endpoint=\(one.endpoint.id)
                address=https://example.org/hook
                parameters={"secret_generation":"3"}

                """)
    }

    @Test func `a message with values is JSON, and its header does not grow with them`() throws {
        var sent = MessageTests.fanOut(of: 16)
        let without = NotificationMessage.messages(of: sent)[0].outgoing()
        for place in sent.indices { sent[place].values = try NotificationValues(["text": String(repeating: "\n", count: 500)]) }
        let messages = NotificationMessage.messages(of: sent)
        try #require(messages.count == 1)
        let body = try JSON(parsing: messages[0].outgoing().body)
        #expect(body[0] == (try JSON(parsing: MessageTests.content.bytes)))
        #expect(body[16]?["text"]?.stringValue?.count == 500)
        #expect(messages[0].outgoing().headSize < without.headSize + 16 * 20)
    }

    @Test func `large values share a message up to a size`() throws {
        var sent = MessageTests.fanOut(of: 10)
        let values = try NotificationValues(["text": String(repeating: "x", count: 15 << 10)])
        for place in sent.indices where place != 2 { sent[place].values = values }
        let messages = NotificationMessage.placed(sent)
        #expect(messages.map(\.places) == [[0, 1, 2, 3, 4], [5, 6, 7, 8], [9]])
        let other = sent.suffix(1).map { notification in
            var other = notification
            other.attempt = 2
            return other
        }
        // With four of another fan-out there is no room left.
        #expect(NotificationMessage.placed(sent.prefix(5) + other).map(\.places) == [[0, 1, 2, 3, 4], [5]])
    }

    @Test(arguments: [
        ("values=14", "values=13"), ("values=14", "values=15"), ("values=14", "values=9223372036854775807"),
        ("values=14", "values=x"), ("values=14", "values=-1"), ("values=14", "values=0"),
    ])
    func `a wrong length is refused`(part: String, damaged: String) throws {
        var notification = MessageTests.notification()
        notification.values = try NotificationValues(["name": "Ada"])
        var message = NotificationMessage(notification).outgoing()
        let text = try #require(message.properties.string("x-notifications"))
        try #require(text.contains(part))
        message.properties["x-notifications"] = .string(text.replacing(part, with: damaged))
        #expect { try NotificationMessage(MessageTests.delivery(of: message)) } throws: { "\($0)".contains("x-notifications") }
    }

    @Test func `values that are too large or have no name are refused before they are published`() throws {
        let limit = NotificationValues.sizeLimit
        #expect(try NotificationValues(["a": String(repeating: "x", count: limit - 8)]).encoded.count == limit)
        #expect(throws: NotificationValuesError.tooLarge(bytes: limit + 1)) {
            try NotificationValues(["a": String(repeating: "x", count: limit - 7)])
        }
        for name in ["", "a\0", String(repeating: "n", count: 65)] {
            #expect(throws: NotificationValuesError.name(bytes: name.utf8.count)) { try NotificationValues([name: "value"]) }
        }
        for text in ["", "[]", #"{"a":1}"#, #"{"a":"b""#, #"{"a":"b","a":"c"}"#] {
            #expect(throws: NotificationValuesError.malformed) { try NotificationValues(encoded: Array(text.utf8)) }
        }
    }
}
