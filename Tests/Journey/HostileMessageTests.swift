import Broker
import Contract
import Database
import Model
import ProviderDouble
import TestSupport
import Testing
import Topology

/// What a service, or whoever has its password, can put into a message. The lane must keep working for everybody else.
@Suite("A hostile message")
struct HostileMessageTests {
    private static func outgoing(
        _ request: Request = Request(channels: ["news"], text: ["Title"]), id: RequestID = .fresh(),
        type: String? = MessageType.request,
        user: String?, timestamp: Int64? = nil, headers: [Header] = [], body: [UInt8]? = nil
    ) -> OutgoingMessage {
        OutgoingMessage(
            exchange: ExchangeName.requests.name, routingKey: RoutingKey.request(Installation.tenant, request.lane),
            properties: MessageProperties(
                messageID: id.description, type: type, contentType: "application/json", userID: user, timestamp: timestamp,
                headers: headers), body: body ?? request.document.encoded())
    }

    /// Each with a part of its reason; nil if it is carried out.
    private static let messages: [(name: String, reason: String?, make: @Sendable (RequestID, String) -> OutgoingMessage)] = [
        (
            "a large header on a message of another type", "type must be",
            { outgoing(id: $0, type: "other", user: $1, headers: [Header("x-filler", String(repeating: "x", count: 90_000))]) }
        ),
        (
            "a traceparent of 90 kB", nil,
            { outgoing(id: $0, user: $1, headers: [Header("traceparent", String(repeating: "0", count: 90_000))]) }
        ),
        (
            "a traceparent with a line end", nil,
            {
                outgoing(
                    id: $0, user: $1,
                    headers: [Header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nx-evil: 1")])
            }
        ),
        ("a timestamp beyond all time", "timestamp", { outgoing(id: $0, user: $1, timestamp: .max) }),
        ("a timestamp in milliseconds", "timestamp", { outgoing(id: $0, user: $1, timestamp: 1_764_000_000_000) }),
        ("a timestamp before 1970", "timestamp", { outgoing(id: $0, user: $1, timestamp: -1) }),
        (
            "a field's name that is one grapheme of 100 kB", "is not a known field",
            {
                let name = "e" + String(repeating: "\u{301}", count: 50_000)
                return outgoing(id: $0, user: $1, body: Array(#"{"channel":["news"],"text":["T"],"\#(name)":1}"#.utf8))
            }
        ),
        (
            "a medium that is NUL", "the body is",
            { outgoing(id: $0, user: $1, body: Array(#"{"channel":["news"],"text":["T"],"media":["\u0000"]}"#.utf8)) }
        ),
    ]

    @Test(arguments: Lane.allCases)
    func `stops nobody, and its service is sent the reason`(lane: Lane) async throws {
        let provider = ProviderDouble()
        try await Installation.running(provider: provider) { installation in
            try await installation.fill(channel: "news", consumers: 1)
            let publisher = try await installation.publisher()
            var expectations: [(String, RequestID, String?)] = []
            for (name, reason, make) in Self.messages {
                let id = RequestID.fresh()
                var message = make(id, installation.broker.user)
                message.routingKey = RoutingKey.request(Installation.tenant, lane)
                try await publisher.publish([message])
                expectations.append((name, id, reason))
            }
            let good = RequestID.fresh()
            try await installation.publish([(good, Request(channels: ["news"], text: ["Title"], lane: lane))])
            await publisher.close()
            try await installation.eventually("the good one delivered") {
                try await installation.counts(of: good) == ["delivered": 1]
            }
            for (name, id, reason) in expectations {
                try await installation.eventually(name) {
                    guard let state = try await installation.state(of: id) else { return false }
                    return reason.map { state.state == "rejected" && state.reason?.contains($0) == true }
                        ?? (state.state == "expanded")
                }
            }
        }
    }

    @Test func `without authorisation is not reported in a service's name, and uses up none of its dedupe keys`() async throws {
        let provider = ProviderDouble()
        try await Installation.running(provider: provider) { installation in
            try await installation.fill(channel: "news", consumers: 1)
            let publisher = try await installation.publisher()
            let keyed = Request(channels: ["news"], text: ["Forged"], dedupeKey: "order-1")
            let (forged, own) = (RequestID.fresh(), RequestID.fresh())
            try await publisher.publish([Self.outgoing(keyed, id: forged, user: nil)])
            await publisher.close()
            #expect(
                try await installation.parked(.rejected).properties.string("x-reason")?.contains("user-id must be set") == true)
            let mine = Request(channels: ["news"], text: ["Mine"], dedupeKey: "order-1")
            try await installation.publish([(own, mine)])
            let id = RequestID.derived(tenant: Installation.tenant, dedupeKey: "order-1")
            try await installation.eventually("the own one delivered") {
                try await installation.counts(of: id) == ["delivered": 1]
            }
            #expect(try await installation.state(of: forged) == nil)
            #expect(provider.deliveries.count == 1)
        }
    }

    @Test func `that the broker has dead-lettered is reported to its service`() async throws {
        try await Installation.running(provider: ProviderDouble()) { installation in
            try await installation.fill(channel: "news", consumers: 1)
            let publisher = try await installation.publisher()
            let id = RequestID.fresh()
            // As the broker dead-letters it: with its original routing key.
            var message = Self.outgoing(id: id, user: installation.broker.user)
            message.exchange = ExchangeName.poison.name
            let notification = Self.notification()
            var lost = NotificationMessage(notification).outgoing()
            lost.exchange = ExchangeName.poison.name
            try await publisher.publish([message, lost])
            await publisher.close()
            try await installation.eventually("rejected") { try await installation.state(of: id)?.state == "rejected" }
            try await installation.eventually("failed") {
                try await installation.counts(of: notification.request) == ["technical-failure": 1]
            }
            _ = try await installation.parked(.poison)
        }
    }

    private static func notification() -> Notification {
        let request = RequestID.fresh()
        let content = Content(of: Request(text: ["Title"]), id: request, tenant: Installation.tenant, sentAt: .now)
        return Notification(
            request: request, tenant: Installation.tenant, reference: nil, lane: .normal, consumer: "ada",
            endpoint: Endpoint(id: .fresh(), medium: .webhook, address: "https://example.org/"), expiresAt: nil, traceparent: nil,
            content: EncodedContent(content))
    }
}
