import Database
import Model

extension RecordStore {
    /// Runs before the parts are counted, because it locks the row of each request: if two batches each have a part, the second counts
    /// after the first has committed. A request with several parts is expanded when all of them are recorded. An end that was reported
    /// before the request was admitted again is ignored.
    private static let requestsStatement = Statement(
        "save requests",
        """
        INSERT INTO requests AS old (service, id, lane, reference, state, reason, parts, accepted_at, finished_at)
        SELECT * FROM unnest(
            $1::text[], $2::uuid[], $3::lane[], $4::text[], $5::text[], $6::text[], $7::int[], $8::timestamptz[],
            $9::timestamptz[])
        ON CONFLICT (service, id) DO UPDATE SET
            state = CASE WHEN excluded.state = 'accepted' THEN old.state ELSE excluded.state END,
            reason = coalesce(excluded.reason, old.reason),
            parts = coalesce(old.parts, excluded.parts),
            finished_at = coalesce(excluded.finished_at, old.finished_at)
        WHERE old.state IN ('accepted', 'expanding') AND NOT (excluded.state = 'expanded' AND coalesce(old.parts, 1) > 1)
            AND (excluded.finished_at IS NULL OR old.admitted_at IS NULL OR excluded.finished_at >= old.admitted_at)
        """)

    private static let partsStatement = Statement(
        "save parts of requests",
        """
        INSERT INTO request_parts (service, request, part, notifications, not_created, at)
        SELECT * FROM unnest($1::text[], $2::uuid[], $3::int[], $4::int[], $5::int[], $6::timestamptz[])
        ON CONFLICT DO NOTHING
        """)

    private static let completeStatement = Statement(
        "complete requests",
        """
        UPDATE requests SET state = 'expanded', finished_at = done.at
        FROM (
            SELECT service, request, count(*) AS parts, max(at) AS at
            FROM request_parts JOIN unnest($1::text[], $2::uuid[]) AS given (service, request) USING (service, request)
            GROUP BY service, request) AS done
        WHERE requests.service = done.service AND requests.id = done.request AND requests.parts = done.parts
            AND requests.state IN ('accepted', 'expanding')
        """)

    static func saveRequests(_ changes: [RequestChange]) -> [Call] {
        var calls = [
            Call(
                statement: requestsStatement,
                values: [
                    .textArray(changes.map(\.key.tenant.text)), .textArray(changes.map(\.key.request.description)),
                    .textArray(changes.map(\.lane.rawValue)), .textArray(changes.map(\.reference)),
                    .textArray(changes.map { $0.end?.state ?? ($0.expandedAt == nil ? "accepted" : "expanded") }),
                    .textArray(changes.map { $0.end?.reason }),
                    .integerArray(changes.map { $0.partCount.map(Int64.init) }), moments(changes.map(\.firstAt)),
                    .textArray(changes.map { ($0.end?.at ?? $0.expandedAt)?.description }),
                ])
        ]
        let divided = changes.filter { $0.expandedAt == nil && !$0.parts.isEmpty }
        let parts = divided.flatMap { change in change.parts.map { (change.key, $0) } }
        guard !parts.isEmpty else { return calls }
        calls.append(
            Call(
                statement: partsStatement,
                values: [
                    .textArray(parts.map(\.0.tenant.text)), .textArray(parts.map(\.0.request.description)),
                    .integerArray(parts.map { Int64($0.1.number) }), .integerArray(parts.map { Int64($0.1.notifications) }),
                    .integerArray(parts.map { $0.1.notCreated.map(Int64.init) }),
                    moments(parts.map(\.1.at)),
                ]))
        calls.append(
            Call(
                statement: completeStatement,
                values: [
                    .textArray(divided.map(\.key.tenant.text)), .textArray(divided.map(\.key.request.description)),
                ]))
        return calls
    }

    private static func moments(_ moments: [Timestamp]) -> DatabaseValue {
        var literal = ArrayLiteral()
        for moment in moments { literal.append(milliseconds: moment.milliseconds) }
        return .array(literal)
    }
}
