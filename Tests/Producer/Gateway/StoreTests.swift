import Accounts
import Database
import Model
import TestSupport
import Testing
import WebAPI

@testable import Gateway

/// What stores ask of a real database while its tables are large or locked. Each test has a schema of its own.
@Suite(.timeLimit(.minutes(1))) struct StoreTests {
    private let tenant = Tenant(id: 1, name: TenantName("shop")!)
    private let request = RequestID("018bcfe5-687b-7abc-8def-0123456789ab")!

    /// The request's notifications.
    private static let mine = """
        INSERT INTO notifications (id, service, request, endpoint, medium, lane, status, attempt, created_at, updated_at)
            SELECT gen_random_uuid(), 'shop', '018bcfe5-687b-7abc-8def-0123456789ab', gen_random_uuid(), 'email', 'bulk',
                'delivered', 1, now(), now()
            FROM generate_series(1, 3)
        """

    /// A channel with a listener, and a request with three notifications that are delivered.
    private static let stock = """
        INSERT INTO services (name) VALUES ('shop');
        INSERT INTO consumers (service_id, name) VALUES (1, 'ada');
        INSERT INTO channels (service_id, name) VALUES (1, 'news');
        INSERT INTO subscriptions (channel_id, consumer_id) VALUES (1, 1);
        INSERT INTO requests (service, id, lane, state, parts, accepted_at)
            VALUES ('shop', '018bcfe5-687b-7abc-8def-0123456789ab', 'normal', 'expanded', 1, now());
        INSERT INTO request_parts (service, request, part, notifications, at)
            VALUES ('shop', '018bcfe5-687b-7abc-8def-0123456789ab', 0, 3, now());
        \(mine)
        """

    private func withStock(_ body: (Database) async throws -> Void) async throws {
        try await TestDatabase.withDatabase { database, _ in
            try await database.transaction { try await $0.run(script: Self.stock) }
            try await body(database)
        }
    }

    /// Runs the script in a transaction that stays open until the body has returned.
    private func holding(_ script: String, _ database: Database, _ body: () async throws -> Void) async throws {
        let (locked, held) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let lock = Task {
            defer { held.finish() }
            try await database.transaction { connection in
                try await connection.run(script: script)
                held.yield()
                for await _ in released { break }
            }
        }
        for await _ in locked { break }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        release.finish()
        try await lock.value
        try result.get()
    }

    @Test func removesAChannelWithoutTouchingItsSubscriptions() async throws {
        try await withStock { database in
            let store = ChannelStore(database: database)
            try await holding("LOCK TABLE subscriptions IN EXCLUSIVE MODE", database) {
                let isRemoved = try await store.remove("news", of: tenant)
                let existing = try await store.existing(["news"], of: tenant)
                let isNew = try await store.add("news", of: tenant)
                #expect(isRemoved && existing.isEmpty && isNew)
            }
        }
    }

    @Test(arguments: [EnabledBy.registration, .change])
    func aDisabledEndpointIsActiveAgainWithoutItsEarlierFailures(by way: EnabledBy) async throws {
        try await withStock { database in
            let store = EndpointStore(database: database)
            let draft = EndpointStore.Draft(medium: .email, address: "ada@example.org")
            let id = try #require(try await store.add(draft, to: "ada", of: tenant)).record.endpoint.id
            let disabled = Statement("UPDATE endpoints SET state = 'disabled', disabled_at = now()")
            try await database.query(disabled)
            #expect(try await store.find(id, of: "ada", of: tenant)?.state == "disabled")
            switch way {
            case .registration:
                let again = try #require(try await store.add(draft, to: "ada", of: tenant))
                #expect(again.record.state == "active" && !again.isNew)
            case .change:
                try await database.query(Statement("INSERT INTO failing_endpoints SELECT id, now(), now() FROM endpoints"))
                #expect(try await store.change(id, of: "ada", of: tenant, address: "ada@example.net")?.state == "active")
            }
            let left = Statement(
                """
                SELECT (SELECT count(*) FROM failing_endpoints) + (SELECT count(*) FROM endpoints WHERE disabled_at IS NOT NULL)
                """)
            #expect(try await database.query(left)[0].integer(0) == 0)
        }
    }

    enum EnabledBy { case registration, change }

    @Test func countsNoMoreListenersThanItsLimit() async throws {
        try await withStock { database in
            try await database.transaction { connection in
                try await connection.run(
                    script: """
                        INSERT INTO consumers (service_id, name) SELECT 1, 'c' || n FROM generate_series(1, 10100) AS n;
                        INSERT INTO subscriptions (channel_id, consumer_id) SELECT 1, id FROM consumers WHERE name <> 'ada'
                        """)
            }
            let found = try await ChannelStore(database: database).find("news", of: tenant)
            #expect(found?.consumers == 10_001)
        }
    }

    @Test func countsARequestOnceForAllWhoAsk() async throws {
        try await withStock { database in
            let store = RequestStore(database: database)
            let counts = RequestCounts(store)
            let record = try #require(try await store.find(request, of: tenant))
            var polls: [Task<CountCache.Answer, any Error>] = []
            try await holding("LOCK TABLE notifications IN ACCESS EXCLUSIVE MODE", database) {
                polls = (0..<8).map { _ in Task.immediate { try await counts.answer(for: record, of: tenant) } }
                // There are four connections: if each of the eight counted, this would have to wait for them.
                let isThere = try await store.exists(request, of: tenant)
                #expect(isThere)
            }
            var answers: [CountCache.Answer] = []
            for poll in polls { answers.append(try await poll.value) }
            #expect(answers.allSatisfy { $0 == answers[0] } && answers[0].counts.total == 3)
            // It is complete and final, so the database is not asked again.
            await database.close()
            #expect(try await counts.answer(for: record, of: tenant) == answers[0])
        }
    }

    @Test func leavesConnectionsToOthersHoweverManyRequestsAreCounted() async throws {
        try await withStock { database in
            let store = RequestStore(database: database)
            let counts = RequestCounts(store, underWay: 2, callers: 8)
            let records = (0..<5).map { _ in
                RequestStore.Record(
                    id: .fresh(), state: "expanding", lane: "bulk", channels: [], reference: nil, reason: nil, acceptedAt: .now,
                    finishedAt: nil, cancelledAt: nil)
            }
            var polls: [Task<CountCache.Answer, any Error>] = []
            try await holding("LOCK TABLE notifications IN ACCESS EXCLUSIVE MODE", database) {
                polls = records.prefix(4).map { record in
                    Task.immediate { try await counts.answer(for: record, of: tenant) }
                }
                let isThere = try await store.exists(request, of: tenant)
                #expect(isThere)
                await #expect(throws: Problem.tooManyPolls) { try await counts.answer(for: records[4], of: tenant) }
            }
            for poll in polls {
                let answer = try await poll.value
                #expect(answer.counts.total == 0)
            }
        }
    }

    @Test func countsByTheIndexOfTheRequestHoweverLargeThoseOfOthersAre() async throws {
        try await withStock { database in
            // By the statistics each request is all of the table, because they are from before this one came.
            try await database.transaction { connection in try await connection.run(script: Self.others) }
            let (tenant, request) = (tenant.name, request)
            let scans = try await database.transaction { connection in
                // From the sixth time on PostgreSQL may keep a plan for all values; here it does so at once.
                try await connection.run(script: "SET LOCAL plan_cache_mode = force_generic_plan")
                let before = try await connection.query(Self.sequentialScans)[0].integer(0)
                let counts = try await RequestStore.counts(of: request, tenant: tenant, connection)
                #expect(counts.total == 3)
                return try await connection.query(Self.sequentialScans)[0].integer(0) - before
            }
            #expect(scans == 0)
        }
    }

    private static let others = """
        DELETE FROM notifications;
        INSERT INTO notifications (id, service, request, endpoint, medium, lane, status, attempt, created_at, updated_at)
            SELECT gen_random_uuid(), 'other', '00000000-0000-7000-8000-000000000000', gen_random_uuid(), 'email',
                'bulk', 'created', 1, now(), now()
            FROM generate_series(1, 4000);
        ANALYZE notifications;
        \(mine)
        """
    private static let sequentialScans = Statement(
        "count sequential scans",
        "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relid = 'notifications'::regclass")
}
