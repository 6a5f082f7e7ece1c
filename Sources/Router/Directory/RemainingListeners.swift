import Database
import Model

/// Counts the notifications that the rest of a cursor would create now: the endpoints of its medium of those who are still subscribed; where
/// one success is enough, one for each consumer without an endpoint on an earlier medium.
struct RemainingListeners: Sendable {
    /// Consumers that one statement reads, so that none takes long.
    static let pageSize = 20_000

    let count: @Sendable (_ cursor: Cursor) async throws -> Int

    /// The same choice of consumers and endpoints as the pages of `Directory`, and for the same reasons every join is made row by row.
    private static let statement = Statement(
        "count remaining listeners",
        """
        SELECT count(DISTINCT page.consumer_id) AS size, max(page.consumer_id) AS last, count(endpoint.id) AS listeners
        FROM (
            SELECT subscribed.consumer_id, bool_or(subscribed.medium IS NULL) AS takes_all, array_agg(subscribed.medium) AS media
            FROM (
                SELECT listening.consumer_id, wanted.medium
                FROM unnest($1::bigint[]) AS channel(id)
                CROSS JOIN LATERAL (
                    SELECT subscriptions.consumer_id, subscriptions.media FROM subscriptions
                    WHERE (subscriptions.channel_id, subscriptions.consumer_id) > (channel.id, $3::bigint)
                        AND (subscriptions.channel_id, subscriptions.consumer_id) <= (channel.id, $4::bigint)
                        AND subscriptions.id <= $5::bigint
                    ORDER BY subscriptions.channel_id, subscriptions.consumer_id LIMIT $7::bigint
                ) AS listening
                LEFT JOIN LATERAL unnest(listening.media) AS wanted(medium) ON true
                WHERE (SELECT channels.removed_at IS NULL FROM channels WHERE channels.id = channel.id)
                UNION ALL
                SELECT named.id, NULL::medium FROM unnest($2::bigint[]) AS named(id)
                WHERE named.id > $3::bigint AND named.id <= $4::bigint
            ) AS subscribed
            GROUP BY subscribed.consumer_id ORDER BY subscribed.consumer_id LIMIT $7::bigint
        ) AS page
        LEFT JOIN LATERAL (
            SELECT endpoints.id FROM endpoints
            WHERE endpoints.consumer_id = page.consumer_id AND endpoints.state = 'active' AND endpoints.medium = $6::medium
                AND (page.takes_all OR endpoints.medium = ANY(page.media))
                AND NOT EXISTS (
                    SELECT FROM endpoints AS earlier
                    WHERE earlier.consumer_id = page.consumer_id AND earlier.state = 'active'
                        AND array_position($8::medium[], earlier.medium) < array_position($8::medium[], $6::medium)
                        AND (page.takes_all OR earlier.medium = ANY(page.media))
                )
            LIMIT CASE WHEN $8::medium[] IS NOT NULL THEN 1 END OFFSET 0
        ) AS endpoint ON true
        """)

    init(count: @escaping @Sendable (_ cursor: Cursor) async throws -> Int) { self.count = count }

    /// - Parameter pageSize: consumers that one statement reads.
    init(_ database: Database, pageSize: Int = pageSize) {
        self.init { cursor in
            var (after, listeners) = (cursor.after, 0)
            let order = cursor.order.map { DatabaseValue.textArray($0.media.map(\.rawValue)) } ?? .null
            while true {
                let rows = try await database.query(
                    Self.statement,
                    [
                        .integerArray(cursor.audience.channels), .integerArray(cursor.audience.consumers), .integer(after),
                        .integer(cursor.through), .integer(cursor.audience.watermark), .text(cursor.medium.rawValue),
                        .integer(Int64(pageSize)), order,
                    ])
                guard let row = rows.first, let last = try row.optionalInteger("last") else { return listeners }
                listeners += Int(try row.integer("listeners"))
                after = last
                if try row.integer("size") < Int64(pageSize) { return listeners }
            }
        }
    }
}
