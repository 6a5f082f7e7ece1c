import Database
import TestSupport
import Testing

@Suite struct DatabaseErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let statement: Statement
        var values: [DatabaseValue] = []
        let state: SQLState
        var isTransient = false
        var isFaultOfData = false
        var testDescription: String { statement.sql }
    }

    private static func binary(_ text: String) -> DatabaseValue {
        var array = BinaryArray(of: .text)
        array.append(text)
        return .binaryArray(array)
    }

    private static let cases = [
        Case(statement: Statement("INSERT INTO things VALUES (1, $1)"), values: ["secret"], state: "23505", isFaultOfData: true),
        Case(statement: Statement("INSERT INTO parts VALUES (77)"), state: "23503", isFaultOfData: true),
        Case(statement: Statement("INSERT INTO things VALUES (2, NULL)"), state: "23502", isFaultOfData: true),
        Case(statement: Statement("SELECT $1::uuid"), values: ["secret"], state: "22P02", isFaultOfData: true),
        Case(statement: Statement("SELECT $1::medium"), values: ["secret"], state: "42704"),
        Case(statement: Statement("SELECT $1::text"), values: ["secret\0"], state: "22021", isFaultOfData: true),
        Case(statement: Statement("SELECT $1::text[]"), values: [.textArray(["secret\0"])], state: "22021", isFaultOfData: true),
        Case(statement: Statement("SELECT $1::text[] "), values: [binary("secret\0")], state: "22021", isFaultOfData: true),
        Case(statement: Statement("SELECT $1::uuid[]"), values: [binary("secret")], state: "42804"),
        Case(statement: Statement("SELECT 1/0"), state: "22012", isFaultOfData: true),
        Case(statement: Statement("SELECT $1::int"), values: [99_999_999_999], state: "22003", isFaultOfData: true),
        Case(statement: Statement("SELECT nothing FROM nowhere"), state: "42P01"),
        Case(statement: Statement("SELEKT 1"), state: "42601"),
        Case(statement: Statement("LOCK TABLE things IN ACCESS EXCLUSIVE MODE NOWAIT"), state: "25P01"),
    ]

    @Test(arguments: cases)
    func theSQLStateClassifiesTheErrorAndNoValueIsShown(_ given: Case) async throws {
        try await TestDatabase.withDatabase(migrated: false) { database, _ in
            try await database.transaction { connection in
                try await connection.run(
                    script: """
                        CREATE TABLE things (id int PRIMARY KEY, name text NOT NULL);
                        CREATE TABLE parts (thing int REFERENCES things);
                        INSERT INTO things VALUES (1, 'secret')
                        """)
            }
            let error = try #require(
                await #expect(throws: DatabaseError.self) { try await database.query(given.statement, given.values) })
            #expect(error.sqlState == given.state)
            #expect(error.isTransient == given.isTransient)
            #expect(error.isFaultOfData == given.isFaultOfData)
            #expect(!error.description.contains("secret"))
            try await database.ping()
        }
    }

    @Test func aViolatedConstraintIsNamed() async throws {
        try await TestDatabase.withDatabase(migrated: false) { database, _ in
            try await database.query(Statement("CREATE TABLE things (id int CONSTRAINT things_are_small CHECK (id < 10))"))
            let error = await #expect(throws: DatabaseError.self) {
                try await database.query(Statement("add thing", "INSERT INTO things VALUES (11)"))
            }
            #expect(error?.description == "add thing: rejected by constraint things_are_small, table things (SQLSTATE 23514)")
        }
    }

    @Test(arguments: ["08006", "40001", "40P01", "53300", "55P03", "57P01", "58030", "25006"] as [SQLState])
    func temporaryConditionsAreTransient(state: SQLState) {
        #expect(DatabaseError.refused(state, reason: "", statement: "").isTransient)
    }
}
