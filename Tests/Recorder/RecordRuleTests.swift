import Database
import Model
import TestSupport
import Testing

/// The functions of the schema that decide which of two events stays.
@Suite struct RecordRuleTests {
    @Test func theDatabaseHasTheSameRuleAsProgress() async throws {
        let all = Status.allCases.flatMap { status in (0...2).map { Progress(status, attempt: $0) } }
        let pairs = all.flatMap { known in all.map { (known, $0) } }
        try await TestDatabase.withDatabase { database, _ in
            let rule = Statement(
                """
                SELECT gives_way(known, known_attempt, later, later_attempt) AS gives_way, takes_status(known, later) AS takes_status
                FROM unnest($1::notification_status[], $2::int[], $3::notification_status[], $4::int[])
                    AS pair (known, known_attempt, later, later_attempt)
                """)
            let rows = try await database.query(
                rule,
                [
                    .textArray(pairs.map(\.0.status.rawValue)), .integerArray(pairs.map { Int64($0.0.attempt) }),
                    .textArray(pairs.map(\.1.status.rawValue)), .integerArray(pairs.map { Int64($0.1.attempt) }),
                ])
            for (row, (known, later)) in zip(rows, pairs) {
                #expect(try row.bool("gives_way") == known.givesWay(to: later), "\(known) and then \(later)")
                #expect(try row.bool("takes_status") == known.takesStatus(of: later), "\(known) and then \(later)")
            }
            #expect(rows.count == pairs.count)
        }
    }

    /// As a separate function call, the rule would take longer than the rest of a row.
    @Test func theRuleIsInlinedIntoTheStatement() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let explain = Statement(
                "explain the rule",
                """
                EXPLAIN (VERBOSE)
                SELECT gives_way(status, attempt, status, attempt), takes_status(status, status) FROM notifications
                """)
            let plan = try await database.query(explain).map { try $0.text(0) }.joined(separator: "\n")
            #expect(plan.contains("CASE") && !plan.contains("gives_way") && !plan.contains("takes_status"))
        }
    }
}
