import Database
import Model

extension Directory {
    init(_ database: Database) {
        self.init(
            find: { try await Self.find($0, in: database) },
            page: { try await Self.page($0, $1, $2, $3, in: database) },
            lastConsumer: { try await Self.lastConsumer($0, in: database) })
    }

    private static let findStatement = Statement(
        """
        SELECT asked.place, asked.kind, asked.name, coalesce(channels.id, consumers.id) AS number
        FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS asked(place, service, kind, name)
        JOIN services ON services.name = asked.service
        LEFT JOIN channels ON asked.kind = 'channel' AND channels.service_id = services.id AND channels.name = asked.name
        LEFT JOIN consumers ON asked.kind = 'consumer' AND consumers.service_id = services.id AND consumers.name = asked.name
        WHERE coalesce(channels.id, consumers.id) IS NOT NULL
        UNION ALL
        SELECT -1, 'watermark', '', coalesce(max(id), 0) FROM subscriptions
        """)

    private static func find(_ enquiries: [Enquiry], in database: Database) async throws -> [Answer] {
        var places: [Int64?] = []
        var services: [String?] = []
        var kinds: [String?] = []
        var names: [String?] = []
        for (place, enquiry) in enquiries.enumerated() {
            for (kind, name) in enquiry.channels.map({ ("channel", $0) }) + enquiry.consumers.map({ ("consumer", $0) }) {
                places.append(Int64(place))
                services.append(enquiry.service.text)
                kinds.append(kind)
                names.append(name)
            }
        }
        var answers = Array(repeating: Answer(), count: enquiries.count)
        guard !names.isEmpty else { return answers }
        let rows = try await database.query(
            findStatement, [.integerArray(places), .textArray(services), .textArray(kinds), .textArray(names)])
        for row in rows {
            let number = try row.integer("number")
            switch try row.text("kind") {
            case "channel": answers[Int(try row.integer("place"))].channels[try row.text("name")] = number
            case "consumer": answers[Int(try row.integer("place"))].consumers[try row.text("name")] = number
            default: for place in answers.indices { answers[place].watermark = number }
            }
        }
        return answers
    }

    /// The first consumers of each channel by number are enough for the first consumers of all of them together, so the work does not grow
    /// with the channels. A consumer without a fitting endpoint is in the answer too, because it moves the end of the page.
    private static let pageStatement = Statement(
        """
        WITH heard AS (
            SELECT listening.consumer_id, wanted.medium
            FROM unnest($1::bigint[]) AS channel(id)
            CROSS JOIN LATERAL (
                SELECT consumer_id, media FROM subscriptions
                WHERE channel_id = channel.id AND consumer_id > $3 AND consumer_id <= $4 AND id <= $5
                ORDER BY consumer_id LIMIT $6
            ) AS listening
            LEFT JOIN LATERAL unnest(listening.media) AS wanted(medium) ON true
            UNION ALL
            SELECT named.id, NULL::medium FROM unnest($2::bigint[]) AS named(id) WHERE named.id > $3 AND named.id <= $4
        ), page AS (
            SELECT consumer_id, bool_or(medium IS NULL) AS takes_all, array_agg(medium) AS media
            FROM heard GROUP BY consumer_id ORDER BY consumer_id LIMIT $6
        )
        SELECT page.consumer_id, consumers.name, endpoints.id AS endpoint, endpoints.medium, endpoints.address, endpoints.secret_generation
        FROM page
        JOIN consumers ON consumers.id = page.consumer_id
        LEFT JOIN endpoints ON endpoints.consumer_id = page.consumer_id AND endpoints.state = 'active'
            AND (page.takes_all OR endpoints.medium = ANY(page.media)) AND ($7::medium[] IS NULL OR endpoints.medium = ANY($7::medium[]))
        ORDER BY page.consumer_id
        """)

    private static func page(
        _ audience: Audience, _ range: ConsumerRange, _ media: Set<Medium>?, _ limit: Int, in database: Database
    ) async throws -> ListenerPage {
        guard !audience.channels.isEmpty || !audience.consumers.isEmpty else {
            return ListenerPage(listeners: [], end: range.through, isLast: true)
        }
        let rows = try await database.query(
            pageStatement,
            [
                .integerArray(audience.channels), .integerArray(audience.consumers), .integer(range.after),
                .integer(range.through),
                .integer(audience.watermark), .integer(Int64(limit)), media.map { .textArray($0.map(\.rawValue)) } ?? .null,
            ])
        var listeners: [Listener] = []
        var consumers = 0
        var end = range.after
        for row in rows {
            let number = try row.integer(0)
            if number != end {
                consumers += 1
                end = number
            }
            guard let id = try row.optionalText(2).flatMap({ EndpointID($0) }), let medium = Medium(rawValue: try row.text(3))
            else { continue }
            listeners.append(
                Listener(
                    consumer: try row.text(1),
                    endpoint: Endpoint(
                        id: id, medium: medium, address: try row.text(4), secretGeneration: Int(try row.integer(5)))))
        }
        return ListenerPage(listeners: listeners, end: consumers < limit ? range.through : end, isLast: consumers < limit)
    }

    private static let lastConsumerStatement = Statement(
        """
        SELECT greatest(max(last.consumer_id), (SELECT max(named.id) FROM unnest($2::bigint[]) AS named(id)), 0) AS last
        FROM unnest($1::bigint[]) AS channel(id)
        LEFT JOIN LATERAL (
            SELECT consumer_id FROM subscriptions WHERE channel_id = channel.id ORDER BY consumer_id DESC LIMIT 1
        ) AS last ON true
        """)

    private static func lastConsumer(_ audience: Audience, in database: Database) async throws -> Int64 {
        let rows = try await database.query(
            lastConsumerStatement, [.integerArray(audience.channels), .integerArray(audience.consumers)])
        return try rows.first?.integer("last") ?? 0
    }
}
