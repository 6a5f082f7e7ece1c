import Database
import Model
import TestSupport
import Testing

@testable import Router

@Suite("Who listens, read from the database")
struct DirectoryTests {
    private static let everybody = ConsumerRange(after: 0, through: .max)

    /// Consumers of a service that listen to a channel, by a webhook each.
    ///
    /// - Returns: the consumers' numbers.
    private func listen(_ database: Database, service: String, channel: String, consumers: [String]) async throws -> [Int64] {
        _ = try await database.query(
            Statement("INSERT INTO services (name) VALUES ($1) ON CONFLICT DO NOTHING"), [.text(service)])
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
                """), [.text(service), .text(channel), .textArray(consumers)])
        return try rows.map { try $0.integer("id") }
    }

    private func find(_ directory: Directory, channels: [String] = [], consumers: [String] = []) async throws -> Directory.Answer {
        let enquiry = Directory.Enquiry(service: ServiceName("acme")!, channels: channels, consumers: consumers)
        return try await directory.find([enquiry])[0]
    }

    private func audience(_ answer: Directory.Answer) -> Audience {
        Audience(channels: answer.channels.values.sorted(), consumers: [], watermark: answer.watermark)
    }

    @Test func `who subscribes after the request was taken is not in its audience`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let directory = Directory(database)
            _ = try await listen(database, service: "acme", channel: "news", consumers: ["ada", "grace"])
            let taken = audience(try await find(directory, channels: ["news"]))
            _ = try await listen(database, service: "acme", channel: "news", consumers: ["late"])
            #expect(try await directory.page(taken, Self.everybody, nil, 10).listeners.map(\.consumer) == ["ada", "grace"])
            let later = audience(try await find(directory, channels: ["news"]))
            #expect(try await directory.page(later, Self.everybody, nil, 10).listeners.count == 3)
        }
    }

    @Test func `a page keeps to its range`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let directory = Directory(database)
            let numbers = try await listen(database, service: "acme", channel: "news", consumers: ["a", "b", "c", "d"])
            let audience = audience(try await find(directory, channels: ["news"]))
            let middle = ConsumerRange(after: numbers[0], through: numbers[2])
            let page = try await directory.page(audience, middle, nil, 10)
            #expect(page.listeners.map(\.consumer) == ["b", "c"])
            #expect(page.isLast)
        }
    }

    @Test func `a name means the service's own channel or consumer and no other's`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let directory = Directory(database)
            let others = try await listen(database, service: "other", channel: "news", consumers: ["ada", "eve"])
            #expect(try await find(directory, channels: ["news"], consumers: ["ada"]).channels.isEmpty)
            let own = try await listen(database, service: "acme", channel: "news", consumers: ["ada"])
            let answer = try await find(directory, channels: ["news"], consumers: ["ada", "eve"])
            #expect(answer.consumers == ["ada": own[0]])
            #expect(!others.contains(own[0]))
            let page = try await directory.page(audience(answer), Self.everybody, nil, 10)
            #expect(page.listeners.map(\.consumer) == ["ada"])
        }
    }
}
