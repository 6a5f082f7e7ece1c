import Database
import Model
import TestSupport
import Testing

@testable import Router

/// Reads from a real database. The cursors of one request read the same consumers at different times.
@Suite("Each consumer of a large audience is in the share of one cursor")
struct FirstMediumTests {
    private static let fill = Statement(
        """
        WITH service AS (INSERT INTO services (name) VALUES ('acme') RETURNING id),
        channel AS (INSERT INTO channels (service_id, name) SELECT id, 'news' FROM service RETURNING id),
        people AS (
            INSERT INTO consumers (service_id, name) SELECT id, 'c' || n FROM service, generate_series(1, 9) AS n RETURNING id, name),
        hooks AS (
            INSERT INTO endpoints (id, consumer_id, medium, address)
            SELECT gen_random_uuid(), id, 'webhook', 'https://example.org/' FROM people WHERE name <= 'c6'),
        mails AS (
            INSERT INTO endpoints (id, consumer_id, medium, address)
            SELECT gen_random_uuid(), id, 'email', 'a@example.org' FROM people WHERE name >= 'c4')
        INSERT INTO subscriptions (channel_id, consumer_id, media)
        SELECT channel.id, people.id, CASE WHEN name = 'c5' THEN ARRAY['email']::medium[] END FROM channel, people
        """)

    private static let order = EndpointOrder([.webhook, .email])
    private static let request = RequestID.fresh()

    static func cursor(_ medium: Medium, _ channel: Int64) -> Cursor {
        Cursor(
            request: request, tenant: TenantName("acme")!, lane: .bulk, reference: nil, traceparent: nil,
            audience: Audience(channels: [channel], consumers: [], watermark: .max), medium: medium, order: order,
            expiresAt: nil, part: 0, parts: 2, after: 0, through: 1000, content: EncodedContent(bytes: [1]))
    }

    private struct Fixture: Sendable {
        let database: Database
        let channel: Int64

        /// The listeners of a medium's cursor as `consumer:medium,alternatives`, chunk by chunk.
        func listeners(_ medium: Medium, limit: Int = 4, chunks: Int = .max) async throws -> [String] {
            let reader = CursorReader(directory: Directory(database), firstMedia: FirstMediumLedger(database))
            let cursor = FirstMediumTests.cursor(medium, channel)
            var found: [String] = []
            var after = cursor.after
            for _ in 0..<chunks {
                let page = try await reader.page(of: cursor, after: after, limit: limit)
                found += page.listeners.map { listener in
                    let line = [listener.endpoint] + listener.alternatives
                    return "\(listener.consumer!):" + line.map(\.medium.rawValue).joined(separator: ",")
                }
                if page.isLast { break }
                after = page.end
            }
            return found
        }

        func change(_ statement: StaticString) async throws { try await database.query(Statement(statement)) }
    }

    private func filled(_ body: (Fixture) async throws -> Void) async throws {
        try await TestDatabase.withDatabase { database, _ in
            try await database.query(Self.fill)
            let channel = try await database.query(Statement("SELECT id FROM channels"))[0].integer("id")
            try await body(Fixture(database: database, channel: channel))
        }
    }

    private static let hooks = ["c1:webhook", "c2:webhook", "c3:webhook", "c4:webhook,email", "c6:webhook,email"]
    private static let mails = ["c5:email", "c7:email", "c8:email", "c9:email"]

    @Test(arguments: [1, 4, 100]) func `by its first medium, with its later endpoints as alternatives`(limit: Int) async throws {
        try await filled { fixture in
            let mails = try await fixture.listeners(.email, limit: limit)
            let hooks = try await fixture.listeners(.webhook, limit: limit)
            #expect(mails == Self.mails && hooks == Self.hooks)
        }
    }

    @Test func `also if its endpoints change between the pages of the two cursors`() async throws {
        try await filled { fixture in
            #expect(try await fixture.listeners(.webhook) == Self.hooks)
            // c4 and c6 lose their first medium, and the others get one.
            try await fixture.change("DELETE FROM endpoints WHERE medium = 'webhook'")
            try await fixture.change(
                """
                INSERT INTO endpoints (id, consumer_id, medium, address)
                SELECT gen_random_uuid(), id, 'webhook', 'https://example.org/2' FROM consumers WHERE name > 'c6'
                """)
            #expect(try await fixture.listeners(.email) == Self.mails)
            // A repeat of the first cursor has the same consumers, on what is left to them.
            #expect(try await fixture.listeners(.webhook) == ["c4:email", "c6:email"])
        }
    }

    @Test func `also if another router decided with other chunks`() async throws {
        try await filled { fixture in
            _ = try await fixture.listeners(.webhook, limit: 2, chunks: 1)
            #expect(try await fixture.listeners(.email, limit: 100) == Self.mails)
            #expect(try await fixture.listeners(.webhook, limit: 3) == Self.hooks)
        }
    }

    @Test func `also if two routers decide at the same time`() async throws {
        try await filled { fixture in
            let found = try await withThrowingTaskGroup(of: [String].self) { group in
                for limit in [1, 2, 3, 5] {
                    for medium in Self.order.media { group.addTask { try await fixture.listeners(medium, limit: limit) } }
                }
                return try await group.reduce(into: [String: Int]()) { for one in $1 { $0[one, default: 0] += 1 } }
            }
            #expect(found == Dictionary(uniqueKeysWithValues: (Self.hooks + Self.mails).map { ($0, 4) }))
        }
    }

    @Test func `who unsubscribes after the decision gets nothing, and who becomes gone is skipped`() async throws {
        try await filled { fixture in
            #expect(try await fixture.listeners(.email) == Self.mails)
            try await fixture.change("DELETE FROM subscriptions WHERE consumer_id = (SELECT id FROM consumers WHERE name = 'c1')")
            try await fixture.change(
                """
                UPDATE endpoints SET state = 'gone'
                WHERE medium = 'email' AND consumer_id = (SELECT id FROM consumers WHERE name = 'c4')
                """)
            #expect(
                try await fixture.listeners(.webhook) == ["c2:webhook", "c3:webhook", "c4:webhook", "c6:webhook,email"])
        }
    }
}
