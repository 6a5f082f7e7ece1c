import Broker
import JSON
import Model
import Testing

@testable import Contract

@Suite("Messages of events")
struct EventMessageTests {
    private static let at = Timestamp(milliseconds: 1_800_000_000_321)

    private static func event(
        _ number: Int, _ kind: NotificationEvent.Kind = .delivered, reference: String? = "r-1", attempt: Int = 1,
        after milliseconds: Int64 = 0, provider: String? = "direct", reason: String? = nil
    ) -> Event {
        let last = "\(number)"
        let digits = String(repeating: "0", count: 12 - last.count) + last
        return .notification(
            NotificationEvent(
                kind: kind, notification: ID("01890000-0000-8000-8000-\(digits)")!,
                request: ID("01890000-0000-7000-8000-000000000000")!, tenant: MessageTests.tenant, reference: reference,
                consumer: "consumer \(number)", endpoint: ID("01880000-0000-7000-8000-\(digits)")!, medium: .webhook, lane: .bulk,
                attempt: attempt, at: at + .milliseconds(milliseconds), provider: provider, providerReference: nil,
                reason: reason,
                failures: []))
    }

    private static func body(_ events: [Event]) -> String {
        String(decoding: EventMessage.batches(of: events)[0].outgoing().body, as: UTF8.self)
    }

    private static func read(_ body: String) throws -> [Event] {
        let properties = MessageProperties(type: "posthorn.event.v1")
        let message = OutgoingMessage(
            exchange: "events.normal", routingKey: "acme.created", properties: properties, body: Array(body.utf8))
        return try EventMessage(MessageTests.delivery(of: message)).events
    }

    /// The events as a client reads them with the line of the contract, `{**message, **event}`.
    private static func merged(_ body: String) throws -> [[String: JSON]] {
        let message = try #require(try JSON(parsing: Array(body.utf8)).objectValue).filter { $0.name != "events" }
        let elements = try #require(try JSON(parsing: Array(body.utf8))["events"]?.arrayValue)
        return try elements.map { element in
            let members = message + (try #require(element.objectValue))
            return Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { _, own in own })
        }
    }

    @Test func `events of different lanes are published to different exchanges`() {
        let events = Lane.allCases.map { lane in
            Event.request(
                RequestEvent(
                    kind: .rejected, request: MessageTests.request, tenant: MessageTests.tenant, reference: nil, lane: lane,
                    at: Self.at, reason: "no such channel"))
        }
        let messages = EventMessage.batches(of: events).map { $0.outgoing() }
        #expect(messages.map(\.exchange) == ["events.priority", "events.normal", "events.bulk"])
        #expect(Set(messages.map(\.routingKey)) == ["acme.request-rejected"])
    }

    @Test func `fields that all events share are written once`() {
        #expect(
            Self.body([Self.event(1), Self.event(2, after: 5)]) == """
                {"service":"acme","kind":"delivered","request":"01890000-0000-7000-8000-000000000000","reference":"r-1",\
                "medium":"webhook","lane":"bulk","attempt":1,"provider":"direct","events":[\
                {"notification":"01890000-0000-8000-8000-000000000001","consumer":"consumer 1",\
                "endpoint":"01880000-0000-7000-8000-000000000001","at":"2027-01-15T08:00:00.321Z"},\
                {"notification":"01890000-0000-8000-8000-000000000002","consumer":"consumer 2",\
                "endpoint":"01880000-0000-7000-8000-000000000002","at":"2027-01-15T08:00:00.326Z"}]}
                """)
    }

    @Test func `a single event contains only its subject`() {
        let rejected = Event.request(
            RequestEvent(
                kind: .rejected, request: ID("01890000-0000-7000-8000-000000000000")!, tenant: MessageTests.tenant,
                reference: nil, lane: .normal, at: Self.at, reason: "no such channel"))
        #expect(
            Self.body([rejected]) == """
                {"service":"acme","kind":"request-rejected","at":"2027-01-15T08:00:00.321Z","lane":"normal",\
                "reason":"no such channel","events":[{"request":"01890000-0000-7000-8000-000000000000"}]}
                """)
    }

    @Test(arguments: [0, 1, 2])
    func `no event inherits a field that it lacks, at any position`(place: Int) throws {
        var events = [1, 2, 3].map { Self.event($0, .temporaryFailure, reason: "HTTP 503") }
        events[place] = Self.event(place + 1, .temporaryFailure, reference: nil, attempt: 2, provider: nil)
        let body = Self.body(events)
        #expect(try Self.read(body) == events)
        #expect(try Self.merged(body) == events.map { try Self.merged(Self.body([$0]))[0] })
        #expect(try Self.merged(body)[place]["reference"] == nil)
    }

    @Test func `shared fields apply to the events that do not have them`() throws {
        let shared =
            #"{"service":"acme","kind":"delivered","request":"01890000-0000-7000-8000-000000000000","lane":"bulk","#
            + #""medium":"webhook","attempt":1,"at":"2027-01-15T08:00:00.321Z","reference":"r-1","provider":"direct","#
        let events = try Self.read(
            shared + """
                "events":[{"notification":"01890000-0000-8000-8000-000000000001","consumer":"consumer 1",\
                "endpoint":"01880000-0000-7000-8000-000000000001"},\
                {"notification":"01890000-0000-8000-8000-000000000002","consumer":"consumer 2","attempt":3,"provider":"other",\
                "endpoint":"01880000-0000-7000-8000-000000000002","at":"2027-01-15T08:00:00.322Z"}]}
                """)
        #expect(events == [Self.event(1), Self.event(2, attempt: 3, after: 1, provider: "other")])
    }

    @Test(arguments: [
        (#"{"kind":"created","events":[]}"#, "service is required"),
        (#"{"service":"acme","events":[]}"#, "kind is required"),
        (#"{"service":"acme","kind":"sung","events":[]}"#, "kind is not a known kind"),
        (#"{"service":"acme","kind":"created"}"#, "events is required"),
        (#"{"service":"acme","kind":"created","colour":1,"events":[]}"#, "colour is not a known field"),
        (#"{"service":"acme","kind":"request-expired","medium":"email","events":[]}"#, "medium is not a known field"),
        (#"{"service":"acme","kind":"created","lane":"slow","events":[]}"#, "lane is not well formed"),
        (#"{"service":"acme","kind":"created","events":[{}]}"#, "events[0].notification is required"),
        (#"{"service":"acme","kind":"created","events":[7]}"#, "events[0] must be an object"),
        (#"{"service":"acme","kind":"request-expired","lane":"bulk","events":[{}]}"#, "events[0].request is required"),
    ])
    func `a wrong message is refused with the path`(body: String, expected: String) {
        #expect { try Self.read(body) } throws: { "\($0)".hasPrefix(expected) }
    }

    @Test(arguments: [
        (#""kind":"created""#, "kind is not a known field"), (#""colour":1"#, "colour is not a known field"),
        (#""at":"noon""#, "at is not well formed"), (#""attempt":-1"#, "attempt must be from 0"),
        (#""reason":{}"#, "reason must be"),
        (#""failures":[{"attempt":1,"provider":"a","reason":"b","at":"c"}]"#, "failures[0].at is not well formed"),
    ])
    func `a wrong event is refused with its path`(member: String, expected: String) throws {
        var body = Self.body([1, 2, 3].map { Self.event($0, reference: nil) })
        body.replace(#""consumer":"consumer 3""#, with: member)
        #expect { try Self.read(body) } throws: { "\($0)".hasPrefix("events[2].\(expected)") }
    }

    @Test func `events are grouped by service and kind, in order, up to the capacity`() throws {
        let notification = MessageTests.notification()
        let delivered = (1...1200).map {
            Event.notification(NotificationEvent(.delivered, of: notification, attempt: $0, at: .now))
        }
        let sent = Event.notification(NotificationEvent(.sent, of: notification, attempt: 1, at: .now))
        let batches = EventMessage.batches(of: [delivered[0], sent] + delivered.dropFirst())
        #expect(batches.map(\.events.count) == [500, 500, 200, 1])
        #expect(batches.flatMap(\.events) == delivered + [sent])
        #expect(batches.map { $0.outgoing().routingKey } == ["acme.delivered", "acme.delivered", "acme.delivered", "acme.sent"])
    }

    @Test func `each kind of event is read as it was written`() throws {
        let at = Timestamp(milliseconds: 1_800_000_000_321)
        let failure = FailedTry(
            attempt: 2, provider: "primary", verdict: .unavailable, reason: "connection refused", at: at, took: .milliseconds(7))
        let events: [Event] = [
            .notification(
                NotificationEvent(
                    .permanentFailure, of: MessageTests.notification(), attempt: 2, at: at, provider: "direct",
                    providerReference: "q1",
                    reason: "HTTP 410", finding: .gone, failures: [failure])),
            .notification(
                NotificationEvent(
                    .retrying, of: MessageTests.notification(), attempt: 1, at: at, reason: "HTTP 503", finding: .failing,
                    failures: [FailedTry(attempt: 1, provider: "old", reason: "HTTP 503", at: at)])),
            .request(
                RequestEvent(
                    kind: .expanded, request: MessageTests.request, tenant: MessageTests.tenant, reference: "r", lane: .bulk,
                    at: at,
                    notifications: 12, part: 1, parts: 3)),
            .request(
                RequestEvent(
                    kind: .cancelled, request: MessageTests.request, tenant: MessageTests.tenant, reference: "r", lane: .bulk,
                    at: at, notifications: 12, notCreated: 3, part: 1, parts: 3, reason: "it was cancelled")),
            .request(
                RequestEvent(
                    kind: .rejected, request: MessageTests.request, tenant: MessageTests.tenant, reference: nil, lane: .normal,
                    at: at,
                    reason: "no such channel")),
            .endpoint(
                EndpointEvent(
                    kind: .disabled, endpoint: .fresh(), tenant: MessageTests.tenant, consumer: "ada", medium: .webhook,
                    failingSince: at, at: at + .seconds(5), reason: "it has taken nothing")),
        ]
        for batch in EventMessage.batches(of: events) {
            #expect(try EventMessage(MessageTests.delivery(of: batch.outgoing())).events == batch.events)
        }
    }
}
