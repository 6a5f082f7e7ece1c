import Broker
import Contract
import Database
import Model
import Runtime
import TestSupport
import Testing

@testable import Recorder

/// Uses a real database.
@Suite("Endpoints that take nothing", .timeLimit(.minutes(1)))
struct FailingEndpointsTests {
    private static let count = Statement("count failing endpoints", "SELECT count(*) FROM failing_endpoints")
    private static let states = Statement(
        "read states", "SELECT state, disabled_at IS NOT NULL AS is_dated FROM endpoints ORDER BY id")
    private static let limit = Duration.seconds(120 * 3600)

    /// Consumers of acme, each with one endpoint, with the ids 1 to `endpoints`; the service `other` has none.
    private func withEndpoints(_ endpoints: Int, _ body: (Database) async throws -> Void) async throws {
        try await withEndpoints(endpoints) { database, _ in try await body(database) }
    }

    private func withEndpoints(
        _ endpoints: Int, _ body: (Database, DatabaseSettings) async throws -> Void
    ) async throws {
        try await TestDatabase.withDatabase { database, settings in
            try await database.query(Statement("INSERT INTO services (name) VALUES ('acme'), ('other')"))
            for number in 1...endpoints {
                try await database.query(
                    Statement(
                        """
                        WITH consumer AS (
                            INSERT INTO consumers (service_id, name) SELECT id, $2 FROM services WHERE name = 'acme' RETURNING id)
                        INSERT INTO endpoints (id, consumer_id, medium, address) SELECT $1::uuid, id, 'webhook', '' FROM consumer
                        """),
                    [.text((Sample.id(number) as EndpointID).description), .text("c\(number)")])
            }
            try await body(database, settings)
        }
    }

    private func save(_ events: [NotificationEvent], _ known: KnownFailures.Shared, in database: Database) async throws {
        try await RecordStore(database).save(events.map { .notification($0) }, known)
    }

    private func failed(_ number: Int, after time: Duration, tenant: TenantName = Sample.tenant) -> NotificationEvent {
        Sample.event(
            .retrying, after: Int64(time / .milliseconds(1)), tenant: tenant, endpoint: Sample.id(number), finding: .failing)
    }

    private func taken(_ number: Int, after time: Duration, tenant: TenantName = Sample.tenant) -> NotificationEvent {
        Sample.event(.delivered, after: Int64(time / .milliseconds(1)), tenant: tenant, endpoint: Sample.id(number))
    }

    private func disabler(
        _ database: Database, _ known: KnownFailures.Shared = KnownFailures.Shared(), batch: Int = 100,
        publish: @escaping @Sendable ([OutgoingMessage]) async throws -> Void = { _ in }
    ) -> EndpointDisabler {
        EndpointDisabler(
            settings: .init(limit: Self.limit, batch: batch), database: database, known: known, publish: publish,
            log: .discarded, metrics: Metrics())
    }

    private func failing(_ database: Database) async throws -> Int64 { try await database.query(Self.count)[0].integer(0) }

    private func states(_ database: Database) async throws -> [String] {
        try await database.query(Self.states).map { try $0.text("state") }
    }

    @Test func `one that fails for as long as the limit is disabled, and its service gets one event`() async throws {
        try await withEndpoints(3) { database in
            let (published, publish) = AsyncStream.makeStream(of: OutgoingMessage.self)
            let known = KnownFailures.Shared()
            let disabler = disabler(database, known) { for message in $0 { publish.yield(message) } }
            try await save([failed(1, after: .zero), failed(2, after: .zero), failed(3, after: .zero)], known, in: database)
            // The second has not been tried for a while, and the third took something in between.
            try await save([failed(1, after: Self.limit), failed(2, after: .seconds(3600))], known, in: database)
            try await save([taken(3, after: .seconds(3600)), failed(3, after: Self.limit)], known, in: database)
            #expect(try await disabler.step() == 1)
            #expect(try await states(database) == ["disabled", "active", "active"])
            #expect(try await disabler.step() == 0)
            publish.finish()
            var events: [Event] = []
            for await message in published { events += try EventMessage(Sample.delivery(1, message)).events }
            guard case .endpoint(let event) = try #require(events.first) else { throw NoEvent() }
            #expect(events.count == 1)
            #expect(event.tenant == Sample.tenant && event.consumer == "c1" && event.failingSince == Sample.start)
            #expect(event.reason.contains("120 hours"))
        }
    }

    private struct NoEvent: Error {}

    @Test func `nothing is disabled if its event is not confirmed`() async throws {
        try await withEndpoints(1) { database in
            struct NotConfirmed: Error {}
            let known = KnownFailures.Shared()
            try await save([failed(1, after: .zero), failed(1, after: Self.limit)], known, in: database)
            let failing = disabler(database, known) { _ in throw NotConfirmed() }
            await #expect(throws: NotConfirmed.self) { try await failing.step() }
            #expect(try await states(database) == ["active"])
            #expect(try await disabler(database, known).step() == 1)
            #expect(try await states(database) == ["disabled"])
        }
    }

    @Test func `several are disabled batch by batch, by any number of processes, each once`() async throws {
        try await withEndpoints(7) { database in
            let known = KnownFailures.Shared()
            try await save(
                (1...7).flatMap { [failed($0, after: .zero), failed($0, after: Self.limit)] }, known, in: database)
            let counts = try await withThrowingTaskGroup { group in
                for _ in 0..<4 { group.addTask { try await disabler(database, known, batch: 2).step() } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            var total = counts.reduce(0, +)
            #expect(counts.allSatisfy { $0 <= 2 })
            let last = disabler(database, known, batch: 2)
            while case let count = try await last.step(), count > 0 { total += count }
            #expect(total == 7)
            #expect(try await states(database).allSatisfy { $0 == "disabled" })
        }
    }

    @Test func `any success clears the count, also one that another process has seen failing`() async throws {
        try await withEndpoints(2) { database in
            let (mine, others) = (KnownFailures.Shared(), KnownFailures.Shared())
            try await save([failed(1, after: .zero), failed(2, after: .zero)], others, in: database)
            #expect(try await failing(database) == 2)
            // This process has not read it yet.
            try await save([taken(1, after: .seconds(1))], mine, in: database)
            #expect(try await failing(database) == 2)
            try await disabler(database, mine).refresh()
            try await save([taken(1, after: .seconds(1))], mine, in: database)
            #expect(try await failing(database) == 1)
            // A success from before the failure proves nothing.
            try await save([taken(2, after: .seconds(-1))], mine, in: database)
            #expect(try await failing(database) == 1)
        }
    }

    @Test func `the same events in any order, and twice, have the same result`() async throws {
        try await withEndpoints(1) { database in
            let batches = [[failed(1, after: .zero)], [failed(1, after: .seconds(600))], [failed(1, after: .seconds(300))]]
            for order in [[0, 1, 2], [2, 0, 1, 1], [1, 2, 0, 2]] {
                let known = KnownFailures.Shared()
                for place in order { try await save(batches[place], known, in: database) }
                let row = try await database.query(Statement("SELECT failing_since, last_failure FROM failing_endpoints"))[0]
                #expect(try row.milliseconds("failing_since") == Sample.start.milliseconds)
                #expect(try row.milliseconds("last_failure") == Sample.start.milliseconds + 600_000)
                try await save([taken(1, after: .seconds(601))], known, in: database)
                #expect(try await failing(database) == 0)
            }
        }
    }

    @Test func `an event of another service changes nothing`() async throws {
        try await withEndpoints(1) { database in
            let (known, stranger) = (KnownFailures.Shared(), TenantName("other")!)
            try await save([failed(1, after: .zero, tenant: stranger)], known, in: database)
            #expect(try await failing(database) == 0)
            try await save([failed(1, after: .zero)], known, in: database)
            try await save([taken(1, after: .seconds(1), tenant: stranger)], known, in: database)
            #expect(try await failing(database) == 1)
        }
    }

    @Test func `one that is gone is no longer counted, and one whose address a request named is not at all`() async throws {
        try await withEndpoints(1) { database in
            let known = KnownFailures.Shared()
            try await save([failed(1, after: .zero), failed(99, after: .zero)], known, in: database)
            #expect(try await failing(database) == 1)
            try await save(
                [Sample.event(.permanentFailure, 3, endpoint: Sample.id(1), finding: .gone)], known, in: database)
            #expect(try await states(database) == ["gone"])
            #expect(try await failing(database) == 0)
        }
    }

    /// Counts the rows that the statements read while a hundred thousand other endpoints exist and fail.
    @Test func `the cost of a success, of a failure and of the search does not depend on how many others fail`() async throws {
        try await withEndpoints(1) { loader, settings in
            try await loader.query(
                Statement(
                    """
                    WITH service AS (INSERT INTO services (name) VALUES ('large') RETURNING id),
                    people AS (
                        INSERT INTO consumers (service_id, name) SELECT id, 'c' || n FROM service, generate_series(1, 100000) AS n
                        RETURNING id)
                    INSERT INTO endpoints (id, consumer_id, medium, address)
                    SELECT gen_random_uuid(), id, 'webhook', 'https://example.org/' || id FROM people
                    """))
            try await loader.query(
                Statement(
                    """
                    INSERT INTO failing_endpoints SELECT id, now(), now() FROM endpoints WHERE address <> ''
                    """))
            try await loader.query(Statement("ANALYZE"))
            let known = KnownFailures.Shared()
            var settings = settings
            settings.poolSize = 1
            let database = Database(settings: settings, log: .discarded, metrics: Metrics())
            let disabler = disabler(database, known)
            #expect(try await database.rowsRead { try await save([failed(1, after: .zero)], known, in: database) } < 40)
            #expect(try await database.rowsRead { try await save([taken(1, after: .seconds(1))], known, in: database) } < 40)
            #expect(try await database.rowsRead { _ = try await disabler.step() } < 40)
            await database.close()
        }
    }
}
