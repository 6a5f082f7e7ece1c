import Contract
import Database
import Model
import Runtime
import TestSupport
import Testing

@testable import Router

/// Counts the rows that the router's statements read while another tenant has a hundred thousand of everything.
@Suite("Rows of other tenants do not slow a request down")
struct ForeignRowsTests {
    private static let load = Statement(
        """
        WITH service AS (INSERT INTO services (name) VALUES ('large') RETURNING id),
        channel AS (INSERT INTO channels (service_id, name) SELECT id, 'everybody' FROM service RETURNING id),
        more AS (INSERT INTO channels (service_id, name) SELECT id, 'c' || n FROM service, generate_series(1, 20000) AS n),
        people AS (
            INSERT INTO consumers (service_id, name) SELECT id, 'c' || n FROM service, generate_series(1, 100000) AS n RETURNING id),
        hooks AS (
            INSERT INTO endpoints (id, consumer_id, medium, address)
            SELECT gen_random_uuid(), id, 'webhook', 'https://example.org/' || id FROM people),
        asked AS (
            INSERT INTO requests (service, id, lane, state, accepted_at)
            SELECT 'large', gen_random_uuid(), 'bulk', 'expanded', now() FROM generate_series(1, 100000)),
        decided AS (
            INSERT INTO first_media (service, request, after, medium, through, consumers)
            SELECT 'large', gen_random_uuid(), n, 'webhook', n + 1, ARRAY[n] FROM generate_series(1, 100000) AS n)
        INSERT INTO subscriptions (channel_id, consumer_id) SELECT channel.id, people.id FROM channel, people
        """)

    private static let reader = Statement(
        """
        WITH service AS (INSERT INTO services (name) VALUES ('acme') RETURNING id),
        channel AS (INSERT INTO channels (service_id, name) SELECT id, 'news' FROM service RETURNING id),
        person AS (INSERT INTO consumers (service_id, name) SELECT id, 'ada' FROM service RETURNING id),
        hook AS (
            INSERT INTO endpoints (id, consumer_id, medium, address)
            SELECT gen_random_uuid(), id, 'webhook', 'https://example.org/' FROM person)
        INSERT INTO subscriptions (channel_id, consumer_id) SELECT channel.id, person.id FROM channel, person
        """)

    @Test func `the statements of the router do not read them`() async throws {
        try await TestDatabase.withDatabase { loader, settings in
            try await loader.query(Self.load)
            try await loader.query(Self.reader)
            try await loader.query(Statement("ANALYZE"))
            var settings = settings
            settings.poolSize = 1
            let database = Database(settings: settings, log: .discarded, metrics: Metrics())
            let (directory, ledger) = (Directory(database), RequestLedger(database))
            let query = Directory.NameQuery(tenant: StageTests.tenant, channels: ["news"], consumers: ["ada"])
            let answer = try await directory.find([query])[0]
            let audience = Audience(channels: [answer.channels["news"]!], consumers: [answer.consumers["ada"]!], watermark: .max)
            let page = Directory.PageQuery(audience: audience, range: .everybody, media: nil, limit: 500)
            #expect(try await directory.pages([page])[0].listeners.map(\.consumer) == ["ada"])

            #expect(try await database.rowsRead { _ = try await directory.find([query]) } < 20)
            #expect(try await database.rowsRead { _ = try await directory.pages([page]) } < 20)
            #expect(try await database.rowsRead { _ = try await directory.extent(audience, 8000) } < 20)
            #expect(
                try await database.rowsRead {
                    let message = StageTests.message()
                    _ = try await ledger.admit([
                        DecodedRequest(message, id: message.id!, request: try message.request())
                    ])
                } < 20)
            let (firstMedia, cursor) = (FirstMediumLedger(database), FirstMediumTests.cursor(.webhook, answer.channels["news"]!))
            #expect(try await database.rowsRead { _ = try await firstMedia.find(cursor, 0) } < 20)
            #expect(try await database.rowsRead { _ = try await firstMedia.decide(cursor, 0, 9, [.webhook: [1]]) } < 20)
            await database.close()
        }
    }
}
