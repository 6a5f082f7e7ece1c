import Database
import Runtime
import TestSupport
import Testing

@testable import Recorder

/// Uses a real database.
@Suite(.timeLimit(.minutes(1))) struct ChannelRemoverTests {
    /// Two removed channels of 2,500 and 10 subscriptions, and one of 2,500 that is in use.
    private static let rows = """
        INSERT INTO services (name) VALUES ('shop');
        INSERT INTO consumers (service_id, name) SELECT services.id, 'c' || n FROM services, generate_series(1, 2500) AS n;
        INSERT INTO channels (service_id, name, removed_at)
            SELECT services.id, c.name, c.removed_at FROM services,
                (VALUES (chr(1) || 'large', now()), (chr(1) || 'small', now()), ('kept', NULL)) AS c (name, removed_at);
        INSERT INTO subscriptions (channel_id, consumer_id)
            SELECT channels.id, consumers.id FROM channels, consumers
            WHERE channels.name NOT LIKE '%small' OR consumers.id % 250 = 0
        """
    private static let left = Statement(
        "count what is left",
        """
        SELECT (SELECT count(*) FROM channels WHERE removed_at IS NOT NULL) AS channels,
            (SELECT count(*) FROM subscriptions JOIN channels ON channels.id = channel_id WHERE removed_at IS NOT NULL) AS removed,
            (SELECT count(*) FROM subscriptions JOIN channels ON channels.id = channel_id WHERE name = 'kept') AS kept
        """)

    /// A statement that waits for a lock fails after 10 s.
    private func withRows(_ body: (Database) async throws -> Void) async throws {
        try await TestDatabase.withDatabase { prepared, settings in
            try await prepared.transaction { try await $0.run(script: Self.rows) }
            var settings = settings
            settings.statementLimit = .seconds(10)
            let database = Database(settings: settings, log: .discarded, metrics: Metrics())
            let result: Result<Void, any Error>
            do { result = .success(try await body(database)) } catch { result = .failure(error) }
            await database.close()
            try result.get()
        }
    }

    private func left(_ database: Database) async throws -> [Int64] {
        let row = try await database.query(Self.left)[0]
        return [try row.integer("channels"), try row.integer("removed"), try row.integer("kept")]
    }

    private func remover(_ database: Database, _ metrics: Metrics = Metrics()) -> ChannelRemover {
        ChannelRemover(
            settings: .init(batch: 1000, pause: .zero, interval: .milliseconds(10)), database: database, log: .discarded,
            metrics: metrics)
    }

    @Test func deletesNoMoreThanABatchAtATimeAndTheChannelLast() async throws {
        try await withRows { database in
            let metrics = Metrics()
            let remover = remover(database, metrics)
            var steps: [ChannelRemover.Step] = []
            while case let step = try await remover.step(), step != .nothing { steps.append(step) }
            #expect(steps == [.some(1000), .some(1000), .all(500), .all(10)])
            #expect(try await left(database) == [0, 0, 2500])
            #expect(metrics.exposition().contains("posthorn_recorder_removed_subscriptions_total 2510\n"))
            #expect(metrics.exposition().contains("posthorn_recorder_removed_channels_total 2\n"))
        }
    }

    @Test func skipsAChannelThatAnotherProcessIsDeleting() async throws {
        try await withRows { database in
            let (claimed, claim) = AsyncStream.makeStream(of: Void.self)
            let (released, release) = AsyncStream.makeStream(of: Void.self)
            let other = Task {
                try await database.transaction { connection in
                    try await connection.run(script: "SELECT FROM channels WHERE name LIKE '%large' FOR UPDATE")
                    claim.yield()
                    for await _ in released { break }
                }
            }
            for await _ in claimed { break }
            let remover = remover(database)
            var steps: [ChannelRemover.Step?] = []
            for _ in 1...2 { steps.append(try? await remover.step()) }
            release.yield()
            try await other.value
            #expect(steps == [.all(10), .nothing])
            #expect(try await remover.step() == .some(1000))
        }
    }

    @Test func severalRemoversDeleteAllRemovedChannelsAndNothingElse() async throws {
        try await withRows { database in
            let removers = (0..<3).map { _ in remover(database) }
            for remover in removers { try await remover.start() }
            // Each check is a round trip to the database, and the suite's limit ends the test if nothing happens.
            while try await left(database) != [0, 0, 2500] { await Task.yield() }
            for remover in removers { await remover.drain() }
            #expect(try await left(database) == [0, 0, 2500])
        }
    }
}
