import Database
import TestSupport
import Testing

@Suite struct InterruptionTests {
    private static let sleep = Statement("sleep", "SELECT pg_sleep(60)")

    /// Shows from another connection whether the server process runs the statement.
    private static let findSleeper = Statement(
        "find sleeper",
        """
        SELECT pid FROM pg_stat_activity
        WHERE query = 'SELECT pg_sleep(60)' AND state = 'active' AND pid = $1 AND pg_sleep(0.001) IS NOT NULL
        """)
    private static let backend = Statement("backend", "SELECT pg_backend_pid()")
    private static let terminate = Statement("terminate", "SELECT pg_terminate_backend($1, 60000)")

    private func waitForSleeper(_ pid: Int64, _ outside: Database) async throws {
        while try await outside.query(Self.findSleeper, [.integer(pid)]).isEmpty {}
    }

    @Test func aCancelledTaskStopsItsStatementOnTheServerAndKeepsTheConnection() async throws {
        try await TestDatabase.withDatabase(migrated: false, poolSize: 1) { database, settings in
            let outside = Database(settings: settings, log: .discarded, metrics: .init())
            let pid = try await database.query(Self.backend)[0].integer(0)
            let task = Task { try await database.query(Self.sleep) }
            try await waitForSleeper(pid, outside)
            task.cancel()
            await #expect(throws: DatabaseError.cancelled(statement: "sleep")) { try await task.value }
            #expect(try await database.query(Self.backend)[0].integer(0) == pid)
            await outside.close()
        }
    }

    @Test func aTaskThatIsCancelledAlreadySendsNothing() async throws {
        try await TestDatabase.withDatabase(migrated: false, poolSize: 1) { database, _ in
            try await database.ping()
            let (begun, begin) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                for await _ in begun { break }
                return try await database.query(Self.sleep)
            }
            task.cancel()
            begin.yield()
            let error = await #expect(throws: DatabaseError.self) { _ = try await task.value }
            guard case .cancelled = error else { return #expect(error == .cancelled(statement: "")) }
        }
    }

    @Test func cancellingOneCallNeverStopsTheNextOnTheSameConnection() async throws {
        try await TestDatabase.withDatabase(migrated: false, poolSize: 1) { database, _ in
            for _ in 0..<200 {
                let task = Task { try await database.ping() }
                await Task.yield()
                task.cancel()
                try await database.ping()
                _ = await task.result
            }
        }
    }

    // The server ignores a request that arrives before the statement, or between its preparation and its execution.
    @Test(.timeLimit(.minutes(3))) func anEarlyCancelRequestIsNotLost() async throws {
        let schema = try await TestDatabase.schema(migrated: false, poolSize: 1)
        let database = schema.open { $0.statementLimit = .seconds(600) }
        for _ in 0..<100 {
            let task = Task { try await database.query(Self.sleep) }
            await Task.yield()
            task.cancel()
            await #expect(throws: DatabaseError.self) { try await task.value }
        }
        try await database.ping()
        await database.close()
        try await schema.remove()
    }

    @Test func aStatementThatTakesTooLongTimesOut() async throws {
        let schema = try await TestDatabase.schema(migrated: false, poolSize: 1)
        let database = schema.open { $0.statementLimit = .seconds(1) }
        let error = await #expect(throws: DatabaseError.self) { try await database.query(Self.sleep) }
        #expect(error == .timedOut(statement: "sleep"))
        #expect(error?.isTransient == true)
        try await database.ping()
        await database.close()
        try await schema.remove()
    }

    @Test func aConnectionThatWasTerminatedWhileIdleIsReopened() async throws {
        try await TestDatabase.withDatabase(migrated: false, poolSize: 1) { database, settings in
            let outside = Database(settings: settings, log: .discarded, metrics: .init())
            let before = try await database.query(Self.backend)[0].integer(0)
            #expect(try await outside.query(Self.terminate, [.integer(before)])[0].bool(0))
            let after = try await database.query(Self.backend)[0].integer(0)
            #expect(after != before)
            await outside.close()
        }
    }

    @Test func aConnectionThatIsTerminatedDuringAStatementIsATransientErrorAndTheNextCallSucceeds() async throws {
        try await TestDatabase.withDatabase(migrated: false, poolSize: 1) { database, settings in
            let outside = Database(settings: settings, log: .discarded, metrics: .init())
            let pid = try await database.query(Self.backend)[0].integer(0)
            let task = Task { try await database.query(Self.sleep) }
            try await waitForSleeper(pid, outside)
            #expect(try await outside.query(Self.terminate, [.integer(pid)])[0].bool(0))
            let error = await #expect(throws: DatabaseError.self) { _ = try await task.value }
            guard case .disconnected = error else { return #expect(error == .disconnected(reason: "")) }
            #expect(error?.isTransient == true)
            try await database.ping()
            await outside.close()
        }
    }
}
