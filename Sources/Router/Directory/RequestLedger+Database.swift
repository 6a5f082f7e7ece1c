import Cryptography
import Database
import JSON
import Model

extension RequestLedger {
    /// A request that was rejected may be sent again and is then treated as new. `admitted_at` distinguishes the events of the earlier one
    /// from those of this one.
    private static let admitStatement = Statement(
        "admit requests",
        """
        WITH mark AS MATERIALIZED (SELECT coalesce(max(id), 0) AS watermark FROM subscriptions),
        given AS MATERIALIZED (
            SELECT * FROM unnest($1::text[], $2::uuid[], $3::lane[], $4::text[], $5::text[], $6::timestamptz[], $7::text[])
                AS given(service, id, lane, channels, reference, accepted_at, digest)
        ), added AS (
            INSERT INTO requests AS old (
                service, id, lane, channels, reference, state, accepted_at, admitted_at, digest, watermark)
            SELECT service, id, lane, ARRAY(SELECT jsonb_array_elements_text(channels::jsonb)), reference, 'accepted', accepted_at,
                $8::timestamptz, decode(digest, 'hex'), mark.watermark
            FROM given, mark
            ON CONFLICT (service, id) DO UPDATE SET
                lane = excluded.lane, channels = excluded.channels, reference = excluded.reference, state = 'accepted',
                reason = NULL, parts = NULL, accepted_at = excluded.accepted_at, finished_at = NULL,
                admitted_at = excluded.admitted_at, digest = excluded.digest, watermark = excluded.watermark, ranges = NULL
            WHERE old.state = 'rejected'
            RETURNING service, id
        )
        SELECT given.service, given.id, added.id IS NOT NULL AS is_first, known.state, known.ranges,
            coalesce(CASE WHEN added.id IS NULL THEN known.watermark END, mark.watermark) AS watermark,
            known.digest IS NULL OR given.digest IS NULL OR known.digest = decode(given.digest, 'hex') AS is_same
        FROM given
        CROSS JOIN mark
        LEFT JOIN added ON added.service = given.service AND added.id = given.id
        LEFT JOIN LATERAL (
            SELECT requests.state, requests.watermark, requests.ranges, requests.digest FROM requests
            WHERE requests.service = given.service AND requests.id = given.id OFFSET 0
        ) AS known ON true
        """)

    private static let divideStatement = Statement(
        "record how a request is divided",
        """
        UPDATE requests SET ranges = coalesce(ranges, $3::bigint[]) WHERE service = $1 AND id = $2::uuid RETURNING ranges
        """)

    private static let dividedStatement = Statement(
        "record that a request is divided",
        "UPDATE requests SET state = 'expanding', parts = $3 WHERE service = $1 AND id = $2::uuid AND state = 'accepted'")

    private static let rejectStatement = Statement(
        "record rejected requests",
        """
        UPDATE requests SET state = 'rejected', reason = given.reason, finished_at = $4::timestamptz
        FROM unnest($1::text[], $2::uuid[], $3::text[]) AS given(service, id, reason)
        WHERE requests.service = given.service AND requests.id = given.id AND requests.state = 'accepted'
        """)

    init(_ database: Database) {
        self.init(
            admit: { requests in
                var admissions: [Key: Admission] = [:]
                var unseen = requests
                while !unseen.isEmpty {
                    for row in try await database.query(Self.admitStatement, Self.values(unseen)) {
                        guard let tenant = TenantName(try row.text("service")), let id = RequestID(try row.text("id")) else {
                            continue
                        }
                        admissions[Key(tenant: tenant, request: id)] = try Self.admission(row)
                    }
                    // A row that another router adds at the same time is waited for, but not visible to this statement: the next one reads it.
                    unseen = unseen.filter { admissions[Key($0)] == nil }
                }
                return admissions
            },
            divide: { key, ranges in
                let rows = try await database.query(
                    Self.divideStatement,
                    [.text(key.tenant.text), .text(key.request.description), .integerArray(ranges.boundaries)])
                guard let row = rows.first else { return ranges }
                return [ConsumerRange](boundaries: try row.texts(0).compactMap { Int64($0) }) ?? ranges
            },
            divided: { key, parts in
                _ = try await database.query(
                    Self.dividedStatement, [.text(key.tenant.text), .text(key.request.description), .integer(Int64(parts))])
            },
            reject: { rejections in
                guard !rejections.isEmpty else { return }
                _ = try await database.query(
                    Self.rejectStatement,
                    [
                        .textArray(rejections.map(\.key.tenant.text)), .textArray(rejections.map(\.key.request.description)),
                        .textArray(rejections.map(\.reason)), .moment(milliseconds: Timestamp.now.milliseconds),
                    ])
            })
    }

    private static func values(_ requests: [DecodedRequest]) -> [DatabaseValue] {
        [
            .textArray(requests.map(\.tenant.text)), .textArray(requests.map(\.id.description)),
            .textArray(requests.map(\.lane.rawValue)),
            .textArray(requests.map { String(decoding: JSON($0.request.channels).encoded(), as: UTF8.self) }),
            .textArray(requests.map(\.request.reference)), .textArray(requests.map(\.sentAt.description)),
            .textArray(requests.map { $0.digest.map { Hexadecimal.text($0.span) } }),
            .moment(milliseconds: Timestamp.now.milliseconds),
        ]
    }

    /// - Returns: nil if another router has just added the row, so that it is not visible yet.
    private static func admission(_ row: Row) throws -> Admission? {
        let isFirst = try row.bool("is_first")
        let boundaries = try row.optionalTexts("ranges")?.compactMap { Int64($0) }
        let decisions = Decisions(
            watermark: try row.integer("watermark"),
            ranges: isFirst ? nil : boundaries.flatMap { [ConsumerRange](boundaries: $0) })
        if isFirst { return .first(decisions) }
        guard let state = try row.optionalText("state") else { return nil }
        guard try row.bool("is_same") else { return .conflict }
        return switch state {
        case "accepted": .unfinished(decisions)
        case "cancelled": .cancelled
        default: .finished(decisions)
        }
    }
}
