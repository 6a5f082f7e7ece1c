import Database
import Model

extension Directory {
    init(_ database: Database) {
        self.init(
            find: { try await Self.find($0, in: database) },
            pages: { try await Self.pages($0, in: database) },
            extent: { try await Self.extent($0, countLimit: $1, in: database) })
    }

    /// Each name is looked up separately, so that no query plan compares the names with a whole table.
    private static let findStatement = Statement(
        "find channels and consumers",
        """
        SELECT asked.place, asked.kind, asked.name, CASE asked.kind
            WHEN 'channel' THEN (
                SELECT channels.id FROM channels
                WHERE channels.service_id = (SELECT services.id FROM services WHERE services.name = asked.service)
                    AND channels.name = asked.name AND channels.removed_at IS NULL)
            ELSE (
                SELECT consumers.id FROM consumers
                WHERE consumers.service_id = (SELECT services.id FROM services WHERE services.name = asked.service)
                    AND consumers.name = asked.name)
            END AS number
        FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS asked(place, service, kind, name)
        """)

    private static func find(_ queries: [NameQuery], in database: Database) async throws -> [Answer] {
        var places: [Int64?] = []
        var services: [String?] = []
        var kinds: [String?] = []
        var names: [String?] = []
        for (place, query) in queries.enumerated() {
            for (kind, name) in query.channels.map({ ("channel", $0) }) + query.consumers.map({ ("consumer", $0) }) {
                places.append(Int64(place))
                services.append(query.tenant.text)
                kinds.append(kind)
                names.append(name)
            }
        }
        var answers = Array(repeating: Answer(), count: queries.count)
        guard !names.isEmpty else { return answers }
        let rows = try await database.query(
            findStatement, [.integerArray(places), .textArray(services), .textArray(kinds), .textArray(names)])
        for row in rows {
            guard let number = try row.optionalInteger(3) else { continue }
            let (place, name) = (Int(try row.integer(0)), ExactName(try row.text(2)))
            if try row.text(1) == "channel" {
                answers[place].channels[name] = number
            } else {
                answers[place].consumers[name] = number
            }
        }
        return answers
    }

    /// The first consumers of each channel by id are enough to find the first consumers of all channels, so the work does not grow with the
    /// channels. A page ends with its last consumer, even if that one has no matching endpoint or is no longer registered; all others
    /// without an endpoint are omitted.
    ///
    /// The subscriptions are found by comparing rows, which only the index on channel and consumer supports: whatever the planner estimates,
    /// it cannot scan the subscriptions of others. For the same reason every join is made row by row.
    private static let pagesStatement = Statement(
        "read listeners",
        """
        SELECT asked.place, page.size, page.consumer_id, endpoint.consumer, endpoint.id, endpoint.medium, endpoint.address,
            endpoint.parameters
        FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::bigint[]) WITH ORDINALITY
            AS asked(channels, consumers, after, through, watermark, media, size, place)
        CROSS JOIN LATERAL (
            SELECT first.consumer_id, first.takes_all, first.media, count(*) OVER () AS size, max(first.consumer_id) OVER () AS last
            FROM (
                SELECT subscribed.consumer_id, bool_or(subscribed.medium IS NULL) AS takes_all, array_agg(subscribed.medium) AS media
                FROM (
                    SELECT listening.consumer_id, wanted.medium
                    FROM unnest(asked.channels::bigint[]) AS channel(id)
                    CROSS JOIN LATERAL (
                        SELECT subscriptions.consumer_id, subscriptions.media FROM subscriptions
                        WHERE (subscriptions.channel_id, subscriptions.consumer_id) > (channel.id, asked.after)
                            AND (subscriptions.channel_id, subscriptions.consumer_id) <= (channel.id, asked.through)
                            AND subscriptions.id <= asked.watermark
                        ORDER BY subscriptions.channel_id, subscriptions.consumer_id LIMIT asked.size
                    ) AS listening
                    LEFT JOIN LATERAL unnest(listening.media) AS wanted(medium) ON true
                    WHERE (SELECT channels.removed_at IS NULL FROM channels WHERE channels.id = channel.id)
                    UNION ALL
                    SELECT named.id, NULL::medium FROM unnest(asked.consumers::bigint[]) AS named(id)
                    WHERE named.id > asked.after AND named.id <= asked.through
                ) AS subscribed
                GROUP BY subscribed.consumer_id ORDER BY subscribed.consumer_id LIMIT asked.size
            ) AS first
        ) AS page
        LEFT JOIN LATERAL (
            SELECT (SELECT consumers.name FROM consumers WHERE consumers.id = page.consumer_id) AS consumer,
                endpoints.id, endpoints.medium, endpoints.address,
                nullif(endpoints.parameters, '{}')::text AS parameters
            FROM endpoints
            WHERE endpoints.consumer_id = page.consumer_id AND endpoints.state = 'active'
                AND (page.takes_all OR endpoints.medium = ANY(page.media))
                AND (asked.media IS NULL OR endpoints.medium = ANY(asked.media::medium[])) OFFSET 0
        ) AS endpoint ON true
        WHERE endpoint.id IS NOT NULL OR page.consumer_id = page.last
        ORDER BY asked.place, page.consumer_id
        """)

    private static func pages(_ queries: [PageQuery], in database: Database) async throws -> [ListenerPage] {
        guard !queries.isEmpty else { return [] }
        func literal(_ numbers: [Int64]) -> String { "{" + numbers.map(String.init).joined(separator: ",") + "}" }
        let rows = try await database.query(
            pagesStatement,
            [
                .textArray(queries.map { literal($0.audience.channels) }),
                .textArray(queries.map { literal($0.audience.consumers) }), .integerArray(queries.map(\.range.after)),
                .integerArray(queries.map(\.range.through)), .integerArray(queries.map(\.audience.watermark)),
                .textArray(queries.map { $0.media.map { "{" + $0.map(\.rawValue).joined(separator: ",") + "}" } }),
                .integerArray(queries.map { Int64($0.limit) }),
            ])
        var drafts = queries.map(PageDraft.init)
        for row in rows {
            let place = Int(try row.integer(0)) - 1
            drafts[place].size = Int(try row.integer(1))
            let number = try row.integer(2)
            drafts[place].end = number
            // The last consumer of a page may have no endpoint of these media, or may no longer be registered.
            guard let name = try row.optionalText(3), let id = try row.optionalText(4).flatMap({ EndpointID($0) }),
                let medium = Medium(rawValue: try row.text(5))
            else { continue }
            drafts[place].listeners.append(
                Listener(
                    consumer: name, number: number,
                    endpoint: Endpoint(
                        id: id, medium: medium, address: try row.text(6),
                        parameters: try row.optionalText(7).flatMap { EndpointParameters(text: $0) } ?? EndpointParameters())))
        }
        return drafts.map(\.page)
    }

    private static let extentStatement = Statement(
        "measure an audience",
        """
        SELECT coalesce(min(edge.first), 1) - 1 AS after, coalesce(max(edge.last), 0) AS through,
            coalesce(sum(edge.consumers), 0)::bigint AS consumers
        FROM (
            SELECT
                (SELECT consumer_id FROM subscriptions
                    WHERE (channel_id, consumer_id) > (channel.id, 0) AND (channel_id, consumer_id) <= (channel.id, $4)
                    ORDER BY channel_id, consumer_id LIMIT 1) AS first,
                (SELECT consumer_id FROM subscriptions
                    WHERE (channel_id, consumer_id) > (channel.id, 0) AND (channel_id, consumer_id) <= (channel.id, $4)
                    ORDER BY channel_id DESC, consumer_id DESC LIMIT 1) AS last,
                (SELECT count(*) FROM (
                    SELECT FROM subscriptions
                    WHERE (channel_id, consumer_id) > (channel.id, 0) AND (channel_id, consumer_id) <= (channel.id, $4)
                    ORDER BY channel_id, consumer_id LIMIT $3) AS counted) AS consumers
            FROM unnest($1::bigint[]) AS channel(id)
            UNION ALL
            SELECT min(named.id), max(named.id), count(*) FROM unnest($2::bigint[]) AS named(id)
        ) AS edge
        """)

    private static func extent(_ audience: Audience, countLimit: Int, in database: Database) async throws -> Extent {
        let rows = try await database.query(
            extentStatement,
            [
                .integerArray(audience.channels), .integerArray(audience.consumers), .integer(Int64(countLimit)),
                .integer(Int64.max),
            ])
        guard let row = rows.first else { return Extent(range: ConsumerRange(after: 0, through: 0), consumers: 0) }
        return Extent(
            range: ConsumerRange(after: try row.integer("after"), through: try row.integer("through")),
            consumers: Int(try row.integer("consumers")))
    }
}

/// A page while its rows are read.
private struct PageDraft {
    private let query: Directory.PageQuery
    /// Consumers on the page, with or without an endpoint.
    var size = 0
    /// The id of the last of them.
    var end: Int64
    var listeners: [Listener] = []

    init(_ query: Directory.PageQuery) {
        self.query = query
        end = query.range.after
    }

    /// If there are fewer consumers than requested, the range ends with them.
    var page: ListenerPage {
        let isLast = size < query.limit
        return ListenerPage(listeners: listeners, end: isLast ? query.range.through : end, isLast: isLast)
    }
}
