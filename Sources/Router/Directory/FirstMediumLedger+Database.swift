import Database
import Model

extension FirstMediumLedger {
    private static let findStatement = Statement(
        "find the share of a cursor",
        """
        SELECT through, consumers FROM first_media
        WHERE service = $1 AND request = $2::uuid AND after = $3 AND medium = $4::medium
        """)

    /// If another router is recording the same chunk, this waits until it has, and changes nothing.
    private static let decideStatement = Statement(
        "decide on first media",
        """
        INSERT INTO first_media (service, request, after, medium, through, consumers)
        SELECT $1, $2::uuid, $3, given.medium::medium, $4, given.consumers::bigint[]
        FROM unnest($5::text[], $6::text[]) AS given (medium, consumers)
        ON CONFLICT DO NOTHING
        """)

    init(_ database: Database) {
        self.init(
            find: { cursor, after in try await Self.find(cursor, after, in: database) },
            decide: { cursor, after, through, consumers in
                // One row for each medium, also without a consumer, so that all cursors find that it is decided.
                let media = cursor.order?.media ?? []
                let lists = media.map { "{" + (consumers[$0] ?? []).map(String.init).joined(separator: ",") + "}" }
                try await database.query(
                    Self.decideStatement,
                    Self.key(cursor, after) + [.integer(through), .textArray(media.map(\.rawValue)), .textArray(lists)])
                guard let share = try await Self.find(cursor, after, in: database) else {
                    throw DatabaseError.unexpectedResult(problem: "a decision is not there", statement: "decide on first media")
                }
                return share
            })
    }

    private static func find(_ cursor: Cursor, _ after: Int64, in database: Database) async throws -> Share? {
        let values = key(cursor, after) + [.text(cursor.medium.rawValue)]
        guard let row = try await database.query(findStatement, values).first else { return nil }
        return Share(through: try row.integer(0), consumers: Set(try row.texts(1).compactMap { Int64($0) }))
    }

    private static func key(_ cursor: Cursor, _ after: Int64) -> [DatabaseValue] {
        [.text(cursor.tenant.text), .text(cursor.request.description), .integer(after)]
    }
}
