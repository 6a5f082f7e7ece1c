import Database
import Model

extension CursorLedger {
    private static let claimStatement = Statement(
        """
        WITH claim AS (
            INSERT INTO cursor_steps (service, request, part, claimed, reached) VALUES ($1, $2::uuid, $3, $4, -1)
            ON CONFLICT (service, request, part) DO UPDATE SET claimed = excluded.claimed WHERE cursor_steps.claimed < excluded.claimed
            RETURNING 1
        )
        SELECT EXISTS (SELECT FROM claim) AS is_first,
            coalesce((SELECT reached FROM cursor_steps WHERE service = $1 AND request = $2::uuid AND part = $3), -1) AS reached
        """)

    private static let reachedStatement = Statement(
        "UPDATE cursor_steps SET reached = $4 WHERE service = $1 AND request = $2::uuid AND part = $3 AND reached < $4")

    init(_ database: Database) {
        self.init(
            claim: { cursor in
                let rows = try await database.query(Self.claimStatement, Self.key(cursor) + [.integer(cursor.after)])
                guard let row = rows.first else { return .unfinished }
                if try row.bool("is_first") { return .first }
                return try row.integer("reached") > cursor.after ? .finished : .unfinished
            },
            reached: { cursor, end in
                _ = try await database.query(Self.reachedStatement, Self.key(cursor) + [.integer(end)])
            })
    }

    private static func key(_ cursor: Cursor) -> [DatabaseValue] {
        [.text(cursor.tenant.text), .text(cursor.request.description), .integer(Int64(cursor.part))]
    }
}
