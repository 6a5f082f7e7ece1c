import JSON
import Model
import Testing

@testable import Broker
@testable import Contract
@testable import Topology

@Suite("Messages are read as they were written")
struct MessageTests {
    static let tenant = TenantName("acme")!
    static let request = RequestID.fresh()
    static let content = EncodedContent(
        Content(
            of: Request(channels: ["news"], text: ["Grüße", "Text"], reference: "r-1"), id: request, tenant: tenant,
            sentAt: .now))

    static func parameters(_ generation: Int) -> EndpointParameters {
        var parameters = EndpointParameters()
        if generation != 1 { parameters[.secretGeneration] = "\(generation)" }
        return parameters
    }

    static func delivery(of message: OutgoingMessage, redelivered: Bool = false) -> Delivery {
        Delivery(
            tag: DeliveryTag(epoch: 1, number: 1), exchange: message.exchange, routingKey: message.routingKey,
            isRedelivered: redelivered, properties: message.properties, body: message.body)
    }

    static func notification(attempt: Int = 1, duplicateRisk: DuplicateRisk = .none) -> Notification {
        Notification(
            request: request, tenant: tenant, reference: "r-1", lane: .priority, consumer: "ada",
            endpoint: Endpoint(id: .fresh(), medium: .webhook, address: "https://example.org/hook", parameters: parameters(3)),
            acceptedAt: Timestamp(milliseconds: 1_800_000_000_456), attempt: attempt, duplicateRisk: duplicateRisk,
            expiresAt: Timestamp(milliseconds: 1_900_000_000_123),
            traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", content: content)
    }

    static func fanOut(of count: Int, lane: Lane = .bulk, medium: Medium = .webhook) -> [Notification] {
        (0..<count).map { number in
            Notification(
                request: request, tenant: tenant, reference: "r-1", lane: lane, consumer: number == 3 ? nil : "ada-\(number)",
                endpoint: Endpoint(
                    id: .fresh(), medium: medium, address: "https://example.org/?number=\(number)",
                    parameters: parameters(1 + number % 2)),
                expiresAt: nil, traceparent: nil, content: content)
        }
    }

    @Test func `a notification is read as it was written, from its lane and from a retry delay queue`() throws {
        var sent = Self.notification(attempt: 4, duplicateRisk: .delayed)
        sent.deferrals = 3
        sent.remember([
            FailedTry(
                attempt: 3, provider: "direct", verdict: .failing, reason: "no\nanswer=", at: .now, took: .milliseconds(1500)),
            FailedTry(attempt: 3, provider: "other", verdict: .deferred, reason: "skipped", at: .now),
        ])
        let message = NotificationMessage(sent)
        for outgoing in [message.outgoing(), message.outgoing(after: .thirtySeconds)] {
            let carried = try NotificationMessage(Self.delivery(of: outgoing)).notifications
            let read = try #require(carried.count == 1 ? carried[0] : nil)
            #expect(read.id == sent.id)
            #expect(read.request == sent.request)
            #expect(read.tenant == sent.tenant)
            #expect(read.reference == sent.reference)
            #expect(read.lane == sent.lane)
            #expect(read.consumer == sent.consumer)
            #expect(read.endpoint == sent.endpoint)
            #expect(read.acceptedAt == sent.acceptedAt)
            #expect(read.attempt == 4)
            #expect(read.history == sent.history)
            #expect(read.deferrals == 3)
            #expect(read.duplicateRisk == .delayed)
            #expect(read.expiresAt == sent.expiresAt)
            #expect(read.traceparent == sent.traceparent)
            #expect(read.content == sent.content)
        }
        #expect(message.outgoing(after: .thirtySeconds).exchange == "retry.30s")
        #expect(message.outgoing().routingKey == message.outgoing(after: .thirtySeconds).routingKey)
    }

    @Test func `burst notifications have messages of their own, keep their key on a retry delay queue, and are read as burst`()
        throws
    {
        var notifications = Self.fanOut(of: 4)
        for place in [1, 3] { notifications[place].traffic = .burst }
        let messages = NotificationMessage.messages(of: notifications)
        #expect(messages.map(\.notifications.count) == [2, 2])
        let burst = try #require(messages.first { $0.notifications[0].traffic == .burst })
        for outgoing in [burst.outgoing(), burst.outgoing(after: .fiveSeconds)] {
            let read = try NotificationMessage(Self.delivery(of: outgoing)).notifications
            #expect(read.map(\.traffic) == [.burst, .burst])
            #expect(read.map(\.id) == [notifications[1].id, notifications[3].id])
        }
    }

    @Test(arguments: ["request", "service", "content", "id", "endpoint", "address"])
    func `the error of a missing line names it`(name: String) {
        var message = NotificationMessage(Self.notification()).outgoing()
        let lines = message.properties.string("x-notifications")!.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("\(name)=") }
        message.properties["x-notifications"] = .string(lines.joined(separator: "\n"))
        #expect { try NotificationMessage(Self.delivery(of: message)) } throws: { "\($0)".contains(": \(name) is absent") }
    }

    @Test(arguments: ["", "request=x", "\n\n\n"])
    func `a header without notifications is refused`(text: String) {
        var message = NotificationMessage(Self.notification()).outgoing()
        message.properties["x-notifications"] = .string(text)
        #expect(throws: ContractError.self) { try NotificationMessage(Self.delivery(of: message)) }
    }

    @Test func `notifications of a fan-out share messages and are read in order, each as it was written`() throws {
        let sent = Self.fanOut(of: 40)
        let messages = NotificationMessage.messages(of: sent)
        #expect(messages.map(\.notifications.count) == [16, 16, 8])
        let read = try messages.flatMap { try NotificationMessage(Self.delivery(of: $0.outgoing())).notifications }
        #expect(read.map(\.id) == sent.map(\.id))
        #expect(read.map(\.endpoint) == sent.map(\.endpoint))
        #expect(read.map(\.consumer) == sent.map(\.consumer))
        #expect(read.allSatisfy { $0.content == Self.content && $0.request == Self.request && $0.reference == "r-1" })
    }

    @Test func `on the priority lane each notification has its own message`() {
        #expect(NotificationMessage.messages(of: Self.fanOut(of: 3, lane: .priority)).map(\.notifications.count) == [1, 1, 1])
    }

    @Test func `notifications with other common fields have their own block, and with another route their own message`() throws {
        var notifications = Self.fanOut(of: 4)
        notifications[1].attempt = 2
        notifications[2].duplicateRisk = .possible
        notifications += Self.fanOut(of: 1, medium: .email)
        let messages = NotificationMessage.messages(of: notifications)
        #expect(messages.map(\.notifications.count) == [4, 1])
        let read = try NotificationMessage(Self.delivery(of: messages[0].outgoing())).notifications
        #expect(read.map(\.id) == [0, 3, 1, 2].map { notifications[$0].id })
        #expect(read.map(\.attempt) == [1, 1, 2, 1])
        #expect(read.map(\.duplicateRisk) == [.none, .none, .none, .possible])
    }

    private static func single(_ text: String, tenant: TenantName = Self.tenant, traceparent: String? = nil) -> Notification {
        let id = RequestID.fresh()
        let content = Content(of: Request(channels: ["c"], text: [text]), id: id, tenant: tenant, sentAt: .now)
        return Notification(
            request: id, tenant: tenant, reference: "r \(text.prefix(9))", lane: .normal, consumer: "c",
            endpoint: Endpoint(id: .fresh(), medium: .webhook, address: "https://example.org/"), expiresAt: nil,
            traceparent: traceparent, content: EncodedContent(content))
    }

    @Test func `single requests of a service share a message, and each keeps its own content`() throws {
        let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let sent = (0..<20).map { Self.single("Title \($0)", traceparent: $0 == 3 ? traceparent : nil) }
        let messages = NotificationMessage.messages(of: sent)
        #expect(messages.map(\.notifications.count) == [16, 4])
        let read = try messages.flatMap { try NotificationMessage(Self.delivery(of: $0.outgoing())).notifications }
        #expect(read.map(\.id) == sent.map(\.id))
        #expect(read.map(\.content) == sent.map(\.content))
        #expect(read.map(\.reference) == sent.map(\.reference))
        #expect(read.map(\.traceparent) == sent.map(\.traceparent))
        #expect(try JSON(parsing: messages[1].outgoing().body) != .null)
    }

    @Test func `large contents and those of other services do not share a message`() {
        let large = String(repeating: "x", count: 30 << 10)
        let sent = [Self.single(large), Self.single(large), Self.single(large), Self.single("T", tenant: TenantName("other")!)]
        let messages = NotificationMessage.placed(sent)
        #expect(messages.map(\.places) == [[0, 1], [2], [3]])
    }

    @Test(arguments: ["length=0", "length=99999999", "length=-1", "length=9223372036854775807", "length=x"])
    func `a length that does not fit the body is refused`(line: String) {
        var message = NotificationMessage.messages(of: [Self.single("One"), Self.single("Two")])[0].outgoing()
        let lines = message.properties.string("x-notifications")!.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("length=") ? Substring(line) : $0 }
        message.properties["x-notifications"] = .string(lines.joined(separator: "\n"))
        #expect(throws: ContractError.self) { try NotificationMessage(Self.delivery(of: message)) }
    }

    @Test func `the longest addresses and names fit one message`() throws {
        let address = "https://example.org/" + String(repeating: "a", count: 1980)
        let sent = (0..<16).map { _ in
            Notification(
                request: Self.request, tenant: Self.tenant, reference: nil, lane: .bulk,
                consumer: String(repeating: "c", count: 255),
                endpoint: Endpoint(id: .fresh(), medium: .webhook, address: address),
                expiresAt: nil, traceparent: nil, content: Self.content)
        }
        let messages = NotificationMessage.messages(of: sent)
        #expect(messages.count == 1)
        #expect(try NotificationMessage(Self.delivery(of: messages[0].outgoing())).notifications.map(\.id) == sent.map(\.id))
        #expect(messages[0].outgoing().headSize < 64 << 10)
    }

    @Test func `a cursor keeps its content byte for byte`() throws {
        let cursor = Cursor(
            request: Self.request, tenant: Self.tenant, lane: .bulk, reference: nil, traceparent: "00-a-b-01",
            audience: Audience(channels: [1, 2], consumers: [7], watermark: 99), medium: .email, expiresAt: nil, part: 1,
            parts: 4,
            after: 100, through: 900, notifications: 42, content: Self.content)
        #expect(try CursorMessage(Self.delivery(of: CursorMessage(cursor).outgoing())).cursor == cursor)
    }

    static func submission(_ number: Int, lane: Lane = .normal, size: Int = 40) -> Submission {
        Submission(
            tenant: tenant, lane: lane, id: .fresh(), user: "posthorn", sentAt: Timestamp(seconds: 1_900_000_000),
            traceparent: number == 1 ? "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" : nil,
            body: Array("{ \"number\": \(number),\n\"filled\": \"\(String(repeating: "ü", count: size))\" }".utf8))
    }

    @Test func `a single request has the form of the contract`() throws {
        let outgoing = RequestMessage(Self.submission(1)).outgoing()
        #expect(outgoing.properties.type == "posthorn.request.v1")
        #expect(outgoing.properties.messageID != nil)
        #expect(outgoing.properties.headers.map(\.name) == ["traceparent"])
        #expect(outgoing.body == Self.submission(1).body)
    }

    @Test func `several requests are read from one message, each byte for byte`() throws {
        let sent = (0..<3).map { Self.submission($0, size: $0) }
        let messages = RequestMessage.messages(of: sent)
        try #require(messages.count == 1)
        let outgoing = messages[0].outgoing()
        #expect(outgoing.routingKey == "acme.normal")
        #expect(throws: Never.self) { try JSON(parsing: outgoing.body) }
        let read = try RequestMessage(Self.delivery(of: outgoing)).submissions
        #expect(read.map(\.id) == sent.map(\.id))
        #expect(read.map(\.body) == sent.map(\.body))
        #expect(read.map(\.traceparent) == sent.map(\.traceparent))
        #expect(Set(read.map(\.sentAt)) == [Timestamp(seconds: 1_900_000_000)])
        #expect(Set(read.map(\.user)) == ["posthorn"])
        #expect(Set(read.map(\.type)) == ["posthorn.request.v1"])
    }

    @Test func `requests share a message up to a number and a size, but not on the priority lane`() {
        func counts(_ submissions: [Submission]) -> [Int] { RequestMessage.messages(of: submissions).map(\.submissions.count) }
        #expect(counts((0..<40).map { Self.submission($0) }) == [16, 16, 8])
        #expect(counts((0..<3).map { Self.submission($0, lane: .priority) }) == [1, 1, 1])
        #expect(counts((0..<5).map { Self.submission($0, size: 12_000) }) == [2, 2, 1])
        #expect(counts([Self.submission(1, size: 100_000)]) == [1])
        let mixed = (0..<6).map { Self.submission($0, lane: $0 % 2 == 0 ? .normal : .bulk) }
        #expect(
            RequestMessage.messages(of: mixed).map { $0.submissions.map(\.lane) } == [
                [.normal, .normal, .normal], [.bulk, .bulk, .bulk],
            ])
    }

    @Test(arguments: [
        ("length=69", "length=68"), ("length=69", "length=9000000000000000000"), ("length=69", "length=-1"),
        ("length=69", "length=x"), ("id=", "name="), ("id=", "id=x"),
    ])
    func `a message of several requests with wrong lengths is refused`(part: String, damaged: String) throws {
        var outgoing = RequestMessage.messages(of: (0..<3).map { Self.submission($0, size: 20) })[0].outgoing()
        let text = try #require(outgoing.properties.string("x-requests"))
        try #require(text.contains(part))
        outgoing.properties["x-requests"] = .string(text.replacing(part, with: damaged, maxReplacements: 1))
        #expect { try RequestMessage(Self.delivery(of: outgoing)) } throws: { "\($0)".contains("x-requests") }
    }

    @Test func `a request with a key other than service and lane is refused`() {
        let message = OutgoingMessage(exchange: "requests", routingKey: "acme.urgent", body: [])
        #expect(throws: ContractError.self) { try RequestMessage(Self.delivery(of: message)) }
    }

    @Test(arguments: [
        ("{", "not valid JSON"), ("[]", "must be an object"), (#"{"text":["a"]}"#, "channel"),
        (#"{"channel":["n"],"text":["a"],"colour":1}"#, "colour is not a known field"),
        (#"{"channel":["n"],"text":["a\r\nBcc: x"]}"#, "text[0]"),
    ])
    func `the error of a wrong document says what is wrong`(body: String, expected: String) throws {
        let submission = Submission(tenant: Self.tenant, lane: .normal, id: .fresh(), user: "acme", body: Array(body.utf8))
        #expect { try submission.request() } throws: { "\($0)".contains(expected) }
    }
}
