import Broker
import Contract
import Database
import Model
import Router
import Runtime
import Senders
import TestSupport
import Testing
import Topology

/// What a part has taken stays unacknowledged while the next queue refuses what follows from it. Each test sees by a second queue that
/// the part has published, then closes the part's connections, and finds what it had taken on its queue again.
@Suite("Nobody gives up a message before the next one has it")
struct HandOverTests {
    @Test func `a notification is acknowledged after its event is confirmed`() async throws {
        let notification = Self.notification()
        try await TestBroker.withVhost { vhost in
            try await Installation.applyTopology(to: vhost)
            try await TestDatabase.withDatabase { database, _ in
                let subscriber = Subscriber(settings: vhost.settings, name: "sender", log: .discarded, metrics: Metrics())
                let publisher = Publisher(settings: vhost.settings, name: "sender", log: .discarded, metrics: Metrics())
                let engine = SenderEngine(
                    media: [.webhook: { _ in ProviderChain([ScriptedProvider()]) }], settings: SenderSettings(),
                    ground: { _ in SenderGround(subscriber: subscriber, publisher: publisher, record: Record(database)) },
                    log: .discarded, metrics: Metrics())
                let stand = HandOver(vhost, services: [publisher, subscriber] + engine.services)
                try await stand.run(refusing: .record(.normal), in: .events) { seen in
                    try await stand.publish(NotificationMessage(notification).outgoing())
                    // It is published again and again.
                    _ = try await seen.take(2)
                    try await stand.expectReturned(to: .send(.webhook, .normal, .sparse))
                }
            }
        }
    }

    @Test func `a request is acknowledged after its events are confirmed`() async throws {
        try await withRouter { vhost, stand in
            try await stand.run(refusing: .record(.normal), in: .events) { seen in
                try await stand.publish(Self.request(by: vhost.settings.user))
                _ = try await seen.take(2)
                try await stand.expectReturned(to: QueueName.requests(.normal))
            }
        }
    }

    @Test func `what a lane refuses waits on a hold, as suspect, and then its request is done`() async throws {
        try await withRouter { vhost, stand in
            try await stand.run(refusing: .send(.webhook, .normal, .sparse), in: .notifications) { seen in
                try await stand.publish(Self.request(by: vhost.settings.user))
                #expect(try NotificationMessage(try await seen.take(1)[0]).notifications.map(\.suspicion) == [.none])
                let hold = try await HandOver.Reader(vhost, queue: QueueName.hold(.thirtySeconds, .normal).name)
                #expect(try NotificationMessage(try await hold.take(1)[0]).notifications.map(\.suspicion) == [.suspect])
                await hold.close()
            }
        }
    }

    @Test func `a cursor is acknowledged after its events are confirmed`() async throws {
        let content = Self.notification().content
        try await withRouter { _, stand in
            try await stand.run(refusing: .record(.bulk), in: .events) { seen in
                try await stand.publish(
                    CursorMessage(
                        Cursor(
                            request: .fresh(), service: Installation.service, lane: .bulk, reference: nil, traceparent: nil,
                            audience: Audience(channels: [1], consumers: [], watermark: 1_000_000), medium: .webhook,
                            expiresAt: nil, part: 1, parts: 1, after: 0, through: 1_000_000, content: content)
                    ).outgoing())
                _ = try await seen.take(1)
                try await stand.expectReturned(to: .cursors(.webhook, .bulk))
            }
        }
    }

    private static func request(by user: String) -> OutgoingMessage {
        RequestMessage(
            Submission(
                service: Installation.service, lane: .normal, id: .fresh(), user: user,
                body: Request(channels: ["news"], text: ["Title"]).document.encoded())
        ).outgoing()
    }

    /// A router, and one consumer who listens to "news".
    private func withRouter(_ body: (TestBroker, HandOver) async throws -> Void) async throws {
        try await TestBroker.withVhost { vhost in
            try await Installation.applyTopology(to: vhost)
            try await TestDatabase.withDatabase { database, settings in
                try await Installation.fill(database, channel: "news", consumers: 1)
                var reader = try SettingsReader(environment: Installation.environment(vhost.settings, settings))
                let services = try RouterRole.services(settings: &reader, context: RoleContext(log: .discarded))
                try await body(vhost, HandOver(vhost, services: services))
            }
        }
    }

    private static func notification() -> Notification {
        let request = RequestID.fresh()
        let content = Content(of: Request(text: ["Title"]), id: request, service: Installation.service, sentAt: .now)
        return Notification(
            request: request, service: Installation.service, reference: nil, lane: .normal, consumer: "ada",
            endpoint: Endpoint(id: .fresh(), medium: .webhook, address: "https://example.org/"), expiresAt: nil,
            traceparent: nil, content: FrozenContent(content))
    }
}
