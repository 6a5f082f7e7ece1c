import Database
import TestSupport
import Testing

@Suite struct TransactionTests {
    private struct TestError: Error {}

    private static let insert = Statement("insert", "INSERT INTO things VALUES ($1)")
    private static let count = Statement("count", "SELECT count(*) FROM things")

    private func count(_ database: Database) async throws -> Int64 { try await database.query(Self.count)[0].integer(0) }

    private func withThings(_ body: (Database) async throws -> Void) async throws {
        try await TestDatabase.withDatabase(migrated: false, poolSize: 1) { database, _ in
            try await database.query(Statement("CREATE TABLE things (number int PRIMARY KEY)"))
            try await body(database)
        }
    }

    @Test func theTransactionIsCommittedWhenTheBodyReturns() async throws {
        try await withThings { database in
            let answer = try await database.transaction { connection in
                try await connection.query(Self.insert, [1])
                try await connection.query(Self.insert, [2])
                return try await connection.query(Self.count)[0].integer(0)
            }
            #expect(answer == 2)
            let left = try await count(database)
            #expect(left == 2)
        }
    }

    @Test func aBodyThatThrowsIsRolledBackAndTheConnectionIsUsedAgain() async throws {
        try await withThings { database in
            await #expect(throws: TestError.self) {
                try await database.transaction { connection in
                    try await connection.query(Self.insert, [1])
                    throw TestError()
                }
            }
            let left = try await count(database)
            #expect(left == 0)
        }
    }

    @Test func aFailedStatementRollsBackTheWholeTransaction() async throws {
        try await withThings { database in
            let error = await #expect(throws: DatabaseError.self) {
                try await database.transaction { connection in
                    try await connection.query(Self.insert, [1])
                    try await connection.query(Self.insert, [1])
                }
            }
            #expect(error?.isUniqueViolation == true)
            let left = try await count(database)
            #expect(left == 0)
        }
    }

    @Test func aCancelledTaskRollsBack() async throws {
        try await withThings { database in
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                try await database.transaction { connection in
                    try await connection.query(Self.insert, [1])
                    start.yield()
                    try await connection.query(Statement("sleep", "SELECT pg_sleep(60)"))
                }
            }
            for await _ in started { break }
            task.cancel()
            await #expect(throws: DatabaseError.cancelled(statement: "sleep")) { try await task.value }
            let left = try await count(database)
            #expect(left == 0)
        }
    }
}
