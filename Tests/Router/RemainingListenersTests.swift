import Database
import Model
import TestSupport
import Testing

@testable import Router

@Suite("The rest of a cancelled audience is counted")
struct RemainingListenersTests {
    /// Twelve consumers of two channels: each has a webhook, every third has a mail address as well, every fourth takes mails only, and one
    /// endpoint is gone. The sixth and the seventh listen to both channels.
    private static let script = """
        INSERT INTO services (name) VALUES ('acme');
        INSERT INTO channels (service_id, name) SELECT id, 'news' FROM services UNION ALL SELECT id, 'sport' FROM services;
        INSERT INTO consumers (service_id, name) SELECT services.id, 'c' || n FROM services, generate_series(1, 12) AS n ORDER BY n;
        INSERT INTO endpoints (id, consumer_id, medium, address) SELECT gen_random_uuid(), id, 'webhook', '' FROM consumers;
        INSERT INTO endpoints (id, consumer_id, medium, address)
            SELECT gen_random_uuid(), id, 'email', '' FROM consumers WHERE id % 3 = 0;
        UPDATE endpoints SET state = 'gone' WHERE consumer_id = 5;
        INSERT INTO subscriptions (channel_id, consumer_id, media)
            SELECT 1, id, CASE WHEN id % 4 = 0 THEN '{email}'::medium[] END FROM consumers WHERE id <= 7;
        INSERT INTO subscriptions (channel_id, consumer_id) SELECT 2, id FROM consumers WHERE id >= 6;
        """

    private static func cursor(_ medium: Medium, _ order: EndpointOrder? = nil, after: Int64, consumers: [Int64] = []) -> Cursor {
        Cursor(
            request: .fresh(), tenant: TenantName("acme")!, lane: .bulk, reference: nil, traceparent: nil,
            audience: Audience(channels: [1, 2], consumers: consumers, watermark: 100), medium: medium, order: order,
            expiresAt: nil, part: 0,
            parts: 1, after: after, through: 10, content: EncodedContent(bytes: []))
    }

    @Test(arguments: [Medium.webhook, .email], [1, 3, 20_000])
    func `as many are left as the pages of the rest would have`(medium: Medium, pageSize: Int) async throws {
        try await TestDatabase.withDatabase { database, _ in
            try await database.transaction { try await $0.run(script: Self.script) }
            for (after, consumers) in [(Int64(0), [Int64]()), (4, []), (9, []), (10, []), (3, [2, 4, 5, 11])] {
                let cursor = Self.cursor(medium, after: after, consumers: consumers)
                let page = try await Directory(database).pages([
                    Directory.PageQuery(
                        audience: cursor.audience, range: ConsumerRange(after: after, through: 10), media: [medium], limit: 1000)
                ])[0]
                let left = try await RemainingListeners(database, pageSize: pageSize).count(cursor)
                #expect(left == page.listeners.count, "after \(after)")
            }
        }
    }

    @Test(arguments: [[Medium.email, .webhook], [.webhook, .email], [.email]])
    func `where one success is enough, a consumer is left on the medium on which its line begins`(media: [Medium]) async throws {
        try await TestDatabase.withDatabase { database, _ in
            try await database.transaction { try await $0.run(script: Self.script) }
            let order = EndpointOrder(media)
            for after in [Int64(0), 4, 10] {
                let query = Directory.PageQuery(
                    audience: Self.cursor(.email, after: 0).audience, range: ConsumerRange(after: after, through: 10),
                    media: Set(media), limit: 1000)
                let lines = order.lines(of: try await Directory(database).pages([query])[0].listeners)
                for medium in media {
                    let left = try await RemainingListeners(database, pageSize: 3).count(Self.cursor(medium, order, after: after))
                    #expect(left == lines.count { $0.endpoint.medium == medium }, "\(medium) after \(after)")
                }
            }
        }
    }

    @Test func `a removed channel has nobody left`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            try await database.transaction { try await $0.run(script: Self.script) }
            #expect(try await RemainingListeners(database).count(Self.cursor(.webhook, after: 0)) == 8)
            try await database.query(Statement("UPDATE channels SET removed_at = now()"))
            #expect(try await RemainingListeners(database).count(Self.cursor(.webhook, after: 0)) == 0)
        }
    }
}
