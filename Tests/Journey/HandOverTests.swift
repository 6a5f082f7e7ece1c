import Broker
import Contract
import Database
import Model
import ProviderDouble
import Recorder
import Router
import Runtime
import SenderProcess
import TestSupport
import Testing
import Topology

/// A delivery stays unacknowledged while the next queue rejects what follows from it. Each test waits on a second queue until the role has
/// published, then closes the role's connections, and finds the delivery on its queue again.
@Suite("No message is acknowledged before what follows from it is confirmed")
struct HandOverTests {
    @Test func `a notification is acknowledged after its event is confirmed`() async throws {
        let notification = Self.notification()
        try await TestBroker.withVhost { vhost in
            try await Installation.applyTopology(to: vhost)
            try await TestDatabase.withDatabase { _, settings in
                var reader = try SettingsReader(environment: Installation.environment(vhost.settings, settings))
                let sender = try SenderRole(media: [DoubleMedium(ProviderDouble())]).services(
                    settings: &reader, context: RoleContext(log: .discarded))
                let fixture = HandOver(vhost, services: sender)
                try await fixture.run(refusing: .record(.normal), in: ExchangeName.events(of: .normal)) { seen in
                    try await fixture.publish(NotificationMessage(notification).outgoing())
                    // It is published again and again.
                    _ = try await seen.take(2)
                    try await fixture.expectReturned(to: .send(.webhook, .normal, .sparse))
                }
            }
        }
    }

    @Test func `a request is acknowledged after its events are confirmed`() async throws {
        try await withRouter { vhost, fixture in
            try await fixture.run(refusing: .record(.normal), in: ExchangeName.events(of: .normal)) { seen in
                try await fixture.publish(Self.request(by: vhost.settings.user))
                _ = try await seen.take(2)
                try await fixture.expectReturned(to: QueueName.requests(.normal))
            }
        }
    }

    @Test func `what a lane rejects waits on a retry delay queue as a possible duplicate, and then its request is done`()
        async throws
    {
        try await withRouter { vhost, fixture in
            try await fixture.run(refusing: .send(.webhook, .normal, .sparse), in: ExchangeName.notifications.name) { seen in
                try await fixture.publish(Self.request(by: vhost.settings.user))
                #expect(try NotificationMessage(try await seen.take(1)[0]).notifications.map(\.duplicateRisk) == [.none])
                let retry = try await HandOver.Reader(vhost, queue: QueueName.retry(.thirtySeconds, .normal).name)
                #expect(try NotificationMessage(try await retry.take(1)[0]).notifications.map(\.duplicateRisk) == [.possible])
                await retry.close()
            }
        }
    }

    @Test func `a cursor is acknowledged after its events are confirmed`() async throws {
        let content = Self.notification().content
        try await withRouter { _, fixture in
            try await fixture.run(refusing: .record(.bulk), in: ExchangeName.events(of: .bulk)) { seen in
                try await fixture.publish(
                    CursorMessage(
                        Cursor(
                            request: .fresh(), tenant: Installation.tenant, lane: .bulk, reference: nil, traceparent: nil,
                            audience: Audience(channels: [1], consumers: [], watermark: 1_000_000), medium: .webhook,
                            expiresAt: nil, part: 1, parts: 1, after: 0, through: 1_000_000, content: content)
                    ).outgoing())
                _ = try await seen.take(1)
                try await fixture.expectReturned(to: .cursors(.webhook, .bulk))
            }
        }
    }

    @Test func `what a lane has refused is published by the next router, though its request is on record as expanded`()
        async throws
    {
        try await afterAKill(
            refusing: .send(.webhook, .normal, .sparse), consumers: 1, until: "SELECT FROM requests WHERE state = 'expanded'"
        ) { Self.request(by: $0) }
    }

    @Test func `a chunk that a lane has refused is published by the next router, though the chunks after it are done`()
        async throws
    {
        let content = Self.notification().content
        try await afterAKill(
            refusing: .send(.webhook, .bulk, .burst), consumers: 3, chunk: 1,
            until: "SELECT FROM cursor_steps WHERE reached = 1000000"
        ) { _ in
            CursorMessage(
                Cursor(
                    request: .fresh(), tenant: Installation.tenant, lane: .bulk, reference: nil, traceparent: nil,
                    audience: Audience(channels: [1], consumers: [], watermark: 1_000_000), medium: .webhook,
                    expiresAt: nil, part: 1, parts: 1, after: 0, through: 1_000_000, content: content)
            ).outgoing()
        }
    }

    /// Ends a router as a kill does when the query has a row, while a lane and its retry delay queue reject everything. Then they accept
    /// messages again, and the next router must put the notification of the one endpoint on the lane.
    ///
    /// - Parameters:
    ///   - consumers: how many; the first has an endpoint.
    ///   - record: a query that has a row from then on.
    private func afterAKill(
        refusing queue: QueueName, consumers: Int, chunk: Int = 2000, until record: StaticString,
        publishing message: (_ user: String) -> OutgoingMessage
    ) async throws {
        guard case .send(_, let lane, _) = queue else { return }
        try await TestBroker.withVhost { vhost in
            try await Installation.applyTopology(to: vhost)
            try await TestDatabase.withDatabase { database, settings in
                try await Installation.fill(database, channel: "news", consumers: consumers)
                _ = try await database.query(
                    Statement("DELETE FROM endpoints WHERE consumer_id > (SELECT min(consumer_id) FROM endpoints)"))
                func services() throws -> [any Service] {
                    var reader = try SettingsReader(
                        environment: Installation.environment(vhost.settings, settings, chunk: chunk))
                    let context = RoleContext(log: .discarded)
                    return try RecorderRole().services(settings: &reader, context: context)
                        + RouterRole().services(settings: &reader, context: context)
                }
                let fixture = HandOver(vhost, services: try services())
                try await fixture.runUntilKilled(refusing: queue, and: .retry(.thirtySeconds, lane)) {
                    try await fixture.publish(message(vhost.settings.user))
                    try await within(.seconds(30), "the record") {
                        while try await database.query(Statement(record)).isEmpty {}
                    }
                }
                let next = try services()
                for service in next { try await service.start() }
                let reader = try await HandOver.Reader(vhost, queue: queue.name)
                let found: Result<[Delivery], any Error>
                do { found = .success(try await reader.take(1)) } catch { found = .failure(error) }
                for service in next.reversed() { await service.drain() }
                await reader.close()
                #expect(try NotificationMessage(try found.get()[0]).notifications.map(\.duplicateRisk) == [.possible])
            }
        }
    }

    private static func request(by user: String) -> OutgoingMessage {
        RequestMessage(
            Submission(
                tenant: Installation.tenant, lane: .normal, id: .fresh(), user: user,
                body: Request(channels: ["news"], text: ["Title"]).document.encoded())
        ).outgoing()
    }

    /// A router, and one consumer subscribed to "news".
    private func withRouter(_ body: (TestBroker, HandOver) async throws -> Void) async throws {
        try await TestBroker.withVhost { vhost in
            try await Installation.applyTopology(to: vhost)
            try await TestDatabase.withDatabase { database, settings in
                try await Installation.fill(database, channel: "news", consumers: 1)
                var reader = try SettingsReader(environment: Installation.environment(vhost.settings, settings))
                let services = try RouterRole().services(settings: &reader, context: RoleContext(log: .discarded))
                try await body(vhost, HandOver(vhost, services: services))
            }
        }
    }

    private static func notification() -> Notification {
        let request = RequestID.fresh()
        let content = Content(of: Request(text: ["Title"]), id: request, tenant: Installation.tenant, sentAt: .now)
        return Notification(
            request: request, tenant: Installation.tenant, reference: nil, lane: .normal, consumer: "ada",
            endpoint: Endpoint(id: .fresh(), medium: .webhook, address: "https://example.org/"), expiresAt: nil,
            traceparent: nil, content: EncodedContent(content))
    }
}
