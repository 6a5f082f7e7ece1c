import Database
import Runtime
import Synchronization
import TestSupport
import Testing

@Suite struct PoolTests {
    private static let backend = Statement("backend", "SELECT pg_backend_pid() FROM pg_sleep(0.01)")

    /// Holds the pool's only connection until the body returns.
    private func whileBusy(_ database: Database, _ body: () async throws -> Void) async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let holder = Task {
            try await database.transaction { _ in
                start.yield()
                for await _ in released { break }
            }
        }
        for await _ in started { break }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        release.yield()
        try await holder.value
        try result.get()
    }

    @Test func callersUseNoMoreConnectionsThanThePoolSize() async throws {
        try await TestDatabase.withDatabase(migrated: false, poolSize: 3) { database, _ in
            // Each caller holds its connection until three have one.
            let trios = Trios()
            let backends = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<39 {
                    group.addTask {
                        try await database.transaction { connection in
                            await trios.join()
                            return try await connection.query(Self.backend)[0].integer(0)
                        }
                    }
                }
                return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
            }
            #expect(backends.count == 3)
        }
    }

    @Test func aCallerThatWaitsTooLongIsRejected() async throws {
        let schema = try await TestDatabase.schema(migrated: false, poolSize: 1)
        let database = schema.open { $0.waitLimit = .milliseconds(50) }
        try await whileBusy(database) {
            let error = await #expect(throws: DatabaseError.self) { try await database.ping() }
            #expect(error == .overloaded(waiting: 1))
            #expect(error?.isTransient == true)
        }
        try await database.ping()
        await database.close()
        try await schema.remove()
    }

    @Test func aCallerBeyondTheWaitingLimitIsRejectedAtOnce() async throws {
        let schema = try await TestDatabase.schema(migrated: false, poolSize: 1)
        let database = schema.open { $0.waitingLimit = 0 }
        try await whileBusy(database) {
            await #expect(throws: DatabaseError.overloaded(waiting: 0)) { try await database.ping() }
        }
        await database.close()
        try await schema.remove()
    }

    @Test func aCancelledCallerStopsWaiting() async throws {
        try await TestDatabase.withDatabase(migrated: false, poolSize: 1) { database, _ in
            try await whileBusy(database) {
                let waiting = Task { try await database.ping() }
                waiting.cancel()
                let error = await #expect(throws: DatabaseError.self) { try await waiting.value }
                #expect(error == .cancelled(statement: "wait for a connection"))
            }
            try await database.ping()
        }
    }

    @Test func closeWaitsForRunningCallsAndRejectsLaterOnes() async throws {
        let schema = try await TestDatabase.schema(migrated: false, poolSize: 1)
        let database = schema.open()
        let isDone = Mutex(false)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let running = Task {
            try await database.transaction { connection in
                start.yield()
                try await connection.query(Self.backend)
            }
            isDone.withLock { $0 = true }
        }
        for await _ in started { break }
        await database.close()
        try await running.value
        #expect(isDone.withLock { $0 })
        await #expect(throws: DatabaseError.closed) { try await database.ping() }
        try await schema.remove()
    }

    @Test func anUnreachableServerIsATransientErrorWithoutThePassword() async throws {
        let settings = DatabaseSettings(url: Secret("postgres://somebody:hunter2@127.0.0.1:1/nowhere"), poolSize: 2)
        let database = Database(settings: settings, log: .discarded, metrics: Metrics())
        for _ in 0..<3 {
            let error = await #expect(throws: DatabaseError.self) { try await database.ping() }
            #expect(error?.isTransient == true)
            #expect(error?.description.contains("hunter2") == false)
            #expect(error?.description.contains("Connection refused") == true)
        }
        await database.close()
    }
}

/// Resumes its callers in groups of three.
private actor Trios {
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func join() async {
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            guard waiting.count == 3 else { return }
            for member in waiting { member.resume() }
            waiting = []
        }
    }
}
