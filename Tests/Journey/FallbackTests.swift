import Broker
import Contract
import Database
import Model
import ProviderDouble
import Recorder
import Runtime
import SenderProcess
import Synchronization
import TestSupport
import Testing
import Topology

@Suite("The first endpoint that succeeds", .timeLimit(.minutes(2)))
struct FallbackTests {
    /// Gives each consumer an email address besides its webhook.
    private static func addMails(_ database: Database) async throws {
        _ = try await database.query(
            Statement(
                """
                INSERT INTO endpoints (id, consumer_id, medium, address)
                SELECT gen_random_uuid(), id, 'email', 'c' || id || '@example.org' FROM consumers
                """))
    }

    /// How many notifications have each medium and status, and how many of them continued.
    private static func rows(_ database: Database, of request: RequestID) async throws -> [String: Int] {
        let rows = try await database.query(
            Statement(
                """
                SELECT medium || ' ' || status || CASE WHEN continued_as IS NULL THEN '' ELSE ' continued' END AS kind, count(*) AS number
                FROM notifications WHERE request = $1::uuid GROUP BY 1
                """), [.text(request.description)])
        return try Dictionary(uniqueKeysWithValues: rows.map { (try $0.text("kind"), Int(try $0.integer("number"))) })
    }

    private static let request = Request(
        channels: ["news"], text: ["Title"], lane: .normal, media: [.webhook, .email], delivery: .first)

    @Test func `is the only one that is reached, and what failed before it is on record`() async throws {
        let hooks = ProviderDouble { notification in
            // Half of the consumers have a number that ends so.
            notification.endpoint.address.last!.wholeNumberValue!.isMultiple(of: 2)
                ? .endpointGone(why: "HTTP 410") : .delivered(reference: nil)
        }
        let mails = ProviderDouble(medium: .email) { _ in .sent(reference: nil) }
        try await Installation.running(provider: hooks, others: [mails]) { installation in
            try await installation.fill(channel: "news", consumers: 20)
            try await Self.addMails(installation.database)
            let id = RequestID.fresh()
            try await installation.publish([(id, Self.request)])
            try await installation.eventually("everybody is reached once") {
                try await Self.rows(installation.database, of: id) == [
                    "webhook delivered": 10, "webhook permanent-failure continued": 10, "email sent": 10,
                ]
            }
            #expect(hooks.deliveries.count == 20 && mails.deliveries.count == 10)
            #expect(Set(mails.deliveries).count == 10)
            let continued = installation.metrics.counter(
                "posthorn_sender_continued_total", "", labels: [("medium", "webhook"), ("lane", "normal"), ("next", "email")])
            #expect(continued.value == 10)
        }
    }

    @Test func `is reached once by everybody in a large audience`() async throws {
        let hooks = ProviderDouble { _ in .refused(why: "HTTP 404") }
        let mails = ProviderDouble(medium: .email)
        try await Installation.running(provider: hooks, others: [mails], chunk: 100) { installation in
            try await installation.fill(channel: "news", consumers: 1000)
            try await Self.addMails(installation.database)
            _ = try await installation.database.query(
                Statement("DELETE FROM endpoints WHERE medium = 'webhook' AND consumer_id % 4 = 0"))
            let id = RequestID.fresh()
            var request = Self.request
            request.lane = .bulk
            try await installation.publish([(id, request)])
            try await installation.eventually("everybody is reached once") {
                try await Self.rows(installation.database, of: id) == [
                    "webhook permanent-failure continued": 750, "email delivered": 1000,
                ]
            }
            #expect(Set(mails.deliveries).count == 1000 && mails.deliveries.count == 1000)
            try await installation.eventually("expanded") { try await installation.state(of: id)?.state == "expanded" }
        }
    }

    @Test func `is reached once although a sender dies between the next notification and the event of the failure`() async throws
    {
        try await TestBroker.withVhost { vhost in
            try await TestDatabase.withDatabase { database, settings in
                try await Installation.applyTopology(to: vhost)
                let hooks = ProviderDouble { _ in .refused(why: "HTTP 404") }
                let mails = ProviderDouble(medium: .email)
                let context = RoleContext(log: .discarded)
                func sender(_ providers: [ProviderDouble]) throws -> [any Service] {
                    var reader = try SettingsReader(environment: Installation.environment(vhost.settings, settings))
                    return try SenderRole(media: providers.map { DoubleMedium($0) }).services(settings: &reader, context: context)
                }
                let notification = Self.notification()
                // The first sender serves no mail, and its event is never confirmed.
                let first = HandOver(vhost, services: try sender([hooks]))
                try await first.run(refusing: .record(.priority), in: ExchangeName.events(of: .priority)) { seen in
                    try await first.publish(NotificationMessage(notification).outgoing())
                    _ = try await seen.take(2)
                    try await first.expectReturned(to: .send(.webhook, .priority, .sparse))
                }
                try await vhost.declareQueue(QueueName.record(.priority).name)
                try await vhost.bind(QueueName.record(.priority).name, to: ExchangeName.events(of: .priority), key: "#")
                var reader = try SettingsReader(environment: Installation.environment(vhost.settings, settings))
                let second =
                    try RecorderRole().services(settings: &reader, context: context) + sender([hooks, mails])
                let inspector = BrokerInspector(settings: vhost.settings, name: "test", log: .discarded)
                for service in second { try await service.start() }
                let outcome: Result<Void, any Error>
                do {
                    try await Self.eventually("it continued once more, and all of it is recorded") {
                        let rows = try await Self.rows(database, of: notification.request)
                        let waiting = try await inspector.depth(of: QueueName.send(.email, .priority, .sparse).name).messages
                        return rows == ["webhook permanent-failure continued": 1, "email delivered": 1]
                            && hooks.deliveries.count == 2 && waiting == 0
                    }
                    outcome = .success(())
                } catch { outcome = .failure(error) }
                // The second copy of the mail is settled before the lanes end.
                for service in second.reversed() { await service.stopTaking() }
                for service in second.reversed() { await service.drain() }
                try outcome.get()
                #expect(hooks.deliveries == [notification.id, notification.id])
                #expect(mails.deliveries == [try #require(notification.onNextEndpoint).id])
            }
        }
    }

    private static func notification() -> Notification {
        let request = RequestID.fresh()
        let content = Content(of: Request(text: ["Title"]), id: request, tenant: Installation.tenant, sentAt: .now)
        return Notification(
            request: request, tenant: Installation.tenant, reference: nil, lane: .priority, consumer: "ada",
            endpoint: Endpoint(id: .fresh(), medium: .webhook, address: "https://example.org/"), expiresAt: nil,
            traceparent: nil, content: EncodedContent(content),
            alternatives: Alternatives([Endpoint(id: .fresh(), medium: .email, address: "ada@example.org")]))
    }

    private static func eventually(_ what: String, _ isSo: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !isSo() {
            guard ContinuousClock.now < deadline else { throw Installation.Never(what: what) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
