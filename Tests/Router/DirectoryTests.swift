import Database
import Model
import TestSupport
import Testing

@testable import Router

@Suite("Listeners read from the database")
struct DirectoryTests {
    /// Adds consumers of a service with one webhook each, and subscribes them to a channel.
    ///
    /// - Returns: the ids of the consumers.
    private func listen(_ database: Database, tenant: String, channel: String, consumers: [String]) async throws -> [Int64] {
        _ = try await database.query(
            Statement("INSERT INTO services (name) VALUES ($1) ON CONFLICT DO NOTHING"), [.text(tenant)])
        let rows = try await database.query(
            Statement(
                """
                WITH service AS (SELECT id FROM services WHERE name = $1), channel AS (
                    INSERT INTO channels (service_id, name) SELECT id, $2 FROM service
                    ON CONFLICT (service_id, name) DO UPDATE SET name = excluded.name RETURNING id
                ), people AS (
                    INSERT INTO consumers (service_id, name) SELECT service.id, given.name FROM service, unnest($3::text[]) AS given(name)
                    RETURNING id, name
                ), hooks AS (
                    INSERT INTO endpoints (id, consumer_id, medium, address)
                    SELECT gen_random_uuid(), id, 'webhook', 'https://example.org/' || name FROM people
                ), listening AS (
                    INSERT INTO subscriptions (channel_id, consumer_id) SELECT channel.id, people.id FROM channel, people
                )
                SELECT id FROM people ORDER BY id
                """), [.text(tenant), .text(channel), .textArray(consumers)])
        return try rows.map { try $0.integer("id") }
    }

    private func find(_ directory: Directory, channels: [String] = [], consumers: [String] = []) async throws -> Directory.Answer
    {
        let query = Directory.NameQuery(tenant: TenantName("acme")!, channels: channels, consumers: consumers)
        return try await directory.find([query])[0]
    }

    /// The audience of a request that is admitted now.
    private func audience(_ answer: Directory.Answer, _ database: Database) async throws -> Audience {
        let newest = try await database.query(Statement("SELECT coalesce(max(id), 0) AS id FROM subscriptions"))[0].integer("id")
        return Audience(
            channels: answer.channels.values.sorted(), consumers: answer.consumers.values.sorted(), watermark: newest)
    }

    private func page(_ directory: Directory, _ audience: Audience, _ range: ConsumerRange = .everybody, limit: Int = 10)
        async throws
        -> ListenerPage
    {
        let query = Directory.PageQuery(audience: audience, range: range, media: nil, limit: limit)
        return try await directory.pages([query])[0]
    }

    @Test func `a consumer that subscribes after the request was admitted is not in its audience`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let directory = Directory(database)
            _ = try await listen(database, tenant: "acme", channel: "news", consumers: ["ada", "grace"])
            let taken = try await audience(find(directory, channels: ["news"]), database)
            _ = try await listen(database, tenant: "acme", channel: "news", consumers: ["late"])
            #expect(try await page(directory, taken).listeners.map(\.consumer) == ["ada", "grace"])
            let later = try await audience(find(directory, channels: ["news"]), database)
            #expect(try await page(directory, later).listeners.count == 3)
        }
    }

    @Test func `names that only look alike are different`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let directory = Directory(database)
            let (short, long) = ("caf\u{E9}", "cafe\u{301}")
            let one = try await listen(database, tenant: "acme", channel: short, consumers: ["ada"])
            let two = try await listen(database, tenant: "acme", channel: long, consumers: ["grace"])
            let answer = try await find(directory, channels: [short, long])
            let listeners = try await page(directory, try await audience(answer, database)).listeners
            #expect(listeners.map(\.consumer) == ["ada", "grace"] && one + two == (one + two).sorted())
            #expect(try await find(directory, channels: [short], consumers: []).channels.keys.contains(.init(long)) == false)
        }
    }

    @Test func `a page has only consumers of its range`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let directory = Directory(database)
            let numbers = try await listen(database, tenant: "acme", channel: "news", consumers: ["a", "b", "c", "d"])
            let audience = try await audience(find(directory, channels: ["news"]), database)
            let middle = ConsumerRange(after: numbers[0], through: numbers[2])
            let page = try await self.page(directory, audience, middle)
            #expect(page.listeners.map(\.consumer) == ["b", "c"])
            #expect(page.isLast)
        }
    }

    @Test func `a name is looked up among the channels and consumers of its own service only`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let directory = Directory(database)
            let others = try await listen(database, tenant: "other", channel: "news", consumers: ["ada", "eve"])
            _ = try await listen(database, tenant: "acme", channel: "own", consumers: ["grace"])
            let unknown = try await find(directory, channels: ["news"], consumers: ["ada"])
            #expect(unknown.channels.isEmpty && unknown.consumers.isEmpty)
            let own = try await listen(database, tenant: "acme", channel: "news", consumers: ["ada"])
            let answer = try await find(directory, channels: ["news"], consumers: ["ada", "eve"])
            #expect(answer.consumers == ["ada": own[0]])
            #expect(!others.contains(own[0]))
            let channels = Audience(channels: answer.channels.values.sorted(), consumers: [], watermark: .max)
            #expect(try await page(directory, channels).listeners.map(\.consumer) == ["ada"])
        }
    }

    @Test func `a removed consumer does not end a range`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let directory = Directory(database)
            let numbers = try await listen(database, tenant: "acme", channel: "news", consumers: ["a", "b", "c", "d", "e"])
            // A request that names all five. One is removed before it is expanded.
            let named = Audience(channels: [], consumers: numbers, watermark: .max)
            _ = try await database.query(Statement("DELETE FROM consumers WHERE name = 'b'"))
            let first = try await page(directory, named, limit: 3)
            #expect(first.listeners.map(\.consumer) == ["a", "c"])
            #expect(first.end == numbers[2])
            #expect(!first.isLast)
            let rest = ConsumerRange(after: first.end, through: numbers[4])
            #expect(try await page(directory, named, rest, limit: 3).listeners.map(\.consumer) == ["d", "e"])
            // A page without remaining consumers is not the last.
            _ = try await database.query(Statement("DELETE FROM consumers WHERE name IN ('a', 'c')"))
            let empty = try await page(directory, named, limit: 3)
            #expect(empty.listeners.isEmpty && empty.end == numbers[2] && !empty.isLast)
        }
    }

    @Test func `one query reads several audiences, each with its own range, media and limit`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let directory = Directory(database)
            let news = try await listen(database, tenant: "acme", channel: "news", consumers: ["a", "b", "c"])
            _ = try await listen(database, tenant: "acme", channel: "sport", consumers: ["x", "y"])
            let answer = try await find(directory, channels: ["news", "sport"])
            func audience(_ channels: String...) -> Audience {
                Audience(channels: channels.map { answer.channels[.init($0)]! }, consumers: [], watermark: .max)
            }
            let pages = try await directory.pages([
                Directory.PageQuery(audience: audience("sport"), range: .everybody, media: nil, limit: 10),
                Directory.PageQuery(audience: audience("news"), range: .everybody, media: [.email], limit: 10),
                Directory.PageQuery(audience: audience("news", "sport"), range: .everybody, media: [.webhook], limit: 4),
                Directory.PageQuery(audience: audience(), range: .everybody, media: nil, limit: 10),
            ])
            #expect(pages.map { $0.listeners.map(\.consumer) } == [["x", "y"], [], ["a", "b", "c", "x"], []])
            #expect(pages.map(\.isLast) == [true, true, false, true])
            #expect(pages[1].end == .max)
            let extent = try await directory.extent(audience("news"), 2)
            #expect(extent.range == ConsumerRange(after: news[0] - 1, through: news[2]))
            #expect(extent.consumers == 2)
        }
    }

    @Test func `a removed channel has no listeners`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let directory = Directory(database)
            _ = try await listen(database, tenant: "acme", channel: "news", consumers: ["a"])
            let audience = try await audience(find(directory, channels: ["news"]), database)
            _ = try await database.query(Statement("UPDATE channels SET removed_at = now()"))
            #expect(try await page(directory, audience).listeners.isEmpty)
            #expect(try await find(directory, channels: ["news"]).channels.isEmpty)
        }
    }
}
