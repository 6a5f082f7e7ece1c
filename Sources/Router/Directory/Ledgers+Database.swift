import Database
import JSON
import Model

extension RequestLedger {
    private static let admitStatement = Statement(
        """
        WITH given AS (
            SELECT * FROM unnest($1::text[], $2::uuid[], $3::lane[], $4::text[], $5::text[], $6::timestamptz[])
                AS given(service, id, lane, channels, reference, accepted_at)
        ), added AS (
            INSERT INTO requests (service, id, lane, channels, reference, state, accepted_at)
            SELECT service, id, lane, ARRAY(SELECT jsonb_array_elements_text(channels::jsonb)), reference, 'accepted', accepted_at FROM given
            ON CONFLICT (service, id) DO NOTHING
            RETURNING service, id
        )
        SELECT given.service, given.id, added.id IS NOT NULL AS is_first, requests.state
        FROM given
        LEFT JOIN added ON added.service = given.service AND added.id = given.id
        LEFT JOIN requests ON requests.service = given.service AND requests.id = given.id
        """)

    private static let dividedStatement = Statement(
        "UPDATE requests SET state = 'expanding', parts = $3 WHERE service = $1 AND id = $2::uuid AND state = 'accepted'")

    init(_ database: Database) {
        self.init(
            admit: { requests in
                guard !requests.isEmpty else { return [:] }
                let rows = try await database.query(
                    Self.admitStatement,
                    [
                        .textArray(requests.map(\.submission.service.text)), .textArray(requests.map(\.id.description)),
                        .textArray(requests.map(\.submission.lane.rawValue)),
                        .textArray(requests.map { String(decoding: JSON($0.request.channels).encoded(), as: UTF8.self) }),
                        .textArray(requests.map(\.request.reference)), .textArray(requests.map(\.submission.sentAt.description)),
                    ])
                var sightings: [Key: Sighting] = [:]
                for row in rows {
                    guard let service = ServiceName(try row.text("service")), let id = RequestID(try row.text("id")) else {
                        continue
                    }
                    let isOpen = try row.optionalText("state").map { $0 == "accepted" } ?? true
                    sightings[Key(service: service, request: id)] =
                        try row.bool("is_first") ? .first : isOpen ? .unfinished : .finished
                }
                return sightings
            },
            divided: { key, parts in
                _ = try await database.query(
                    Self.dividedStatement, [.text(key.service.text), .text(key.request.description), .integer(Int64(parts))])
            })
    }
}

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
        [.text(cursor.service.text), .text(cursor.request.description), .integer(Int64(cursor.part))]
    }
}
