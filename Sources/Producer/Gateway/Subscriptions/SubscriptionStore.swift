import Accounts
import Database
import Model
import WebAPI

/// Who listens to which channel.
struct SubscriptionStore: Sendable {
    struct Subscription: Sendable {
        let channel: String
        let consumer: String
        /// nil: every medium that the consumer has an endpoint for.
        let media: [Medium]?
        let createdAt: Timestamp

        init(_ row: Row) throws(DatabaseError) {
            channel = try row.text("channel")
            consumer = try row.text("consumer")
            media = try row.optionalTexts("media")?.compactMap { Medium(rawValue: $0) }
            createdAt = Timestamp(milliseconds: try row.milliseconds("created_at"))
        }
    }

    /// The outcome of a subscription.
    enum Outcome: Sendable {
        case listens(Subscription, isNew: Bool)
        case unknownConsumer
    }

    let database: Database

    /// Adds the channel if it is new and lets the consumer listen to it, from now on on these media. Nothing is added where the consumer is
    /// unknown. Safe to repeat.
    func listen(_ consumer: String, to channel: String, media: [Medium]?, of tenant: Tenant) async throws(DatabaseError)
        -> Outcome
    {
        let values: [DatabaseValue] = [
            .integer(tenant.id), .text(channel), .text(consumer), media.map { .textArray($0.map(\.rawValue)) } ?? .null,
        ]
        guard let row = try await database.query(Self.listen, values).first else { return .unknownConsumer }
        return .listens(try Subscription(row), isNew: try row.bool("is_new"))
    }

    func find(channel: String, consumer: String, of tenant: Tenant) async throws(DatabaseError) -> Subscription? {
        let values: [DatabaseValue] = [.integer(tenant.id), .text(channel), .text(consumer)]
        guard let row = try await database.query(Self.find, values).first else { return nil }
        return try Subscription(row)
    }

    /// Those who listen to a channel, by their names.
    func list(channel: String, _ page: PageQuery, of tenant: Tenant) async throws(DatabaseError) -> Page<Subscription> {
        Page(try await part(Self.ofChannel, channel, page, tenant), limit: page.limit, key: \.consumer)
    }

    /// The channels that a consumer listens to, by their names.
    func list(consumer: String, _ page: PageQuery, of tenant: Tenant) async throws(DatabaseError) -> Page<Subscription> {
        Page(try await part(Self.ofConsumer, consumer, page, tenant), limit: page.limit, key: \.channel)
    }

    func remove(channel: String, consumer: String, of tenant: Tenant) async throws(DatabaseError) -> Bool {
        try await database.query(Self.remove, [.integer(tenant.id), .text(channel), .text(consumer)]).affected == 1
    }

    private func part(_ statement: Statement, _ name: String, _ page: PageQuery, _ tenant: Tenant) async throws(DatabaseError)
        -> [Subscription]
    {
        let values: [DatabaseValue] = [
            .integer(tenant.id), .text(name), .text(page.after ?? ""), .integer(Int64(page.limit + 1)),
        ]
        return try await database.query(statement, values).mapped(Subscription.init)
    }

    private static let listen = Statement(
        "listen",
        """
        WITH consumer AS (SELECT id, name FROM consumers WHERE service_id = $1 AND name = $3),
        channel AS (
            INSERT INTO channels (service_id, name) SELECT $1, $2 FROM consumer
            ON CONFLICT (service_id, name) DO UPDATE SET name = EXCLUDED.name RETURNING id)
        INSERT INTO subscriptions (channel_id, consumer_id, media)
        SELECT channel.id, consumer.id, $4::medium[] FROM channel, consumer
        ON CONFLICT (channel_id, consumer_id) DO UPDATE SET media = EXCLUDED.media
        RETURNING $2 AS channel, $3 AS consumer, media, created_at, xmax = 0 AS is_new
        """)
    private static let find = Statement(
        "find subscription",
        """
        SELECT h.name AS channel, c.name AS consumer, s.media, s.created_at
        FROM subscriptions s JOIN channels h ON h.id = s.channel_id JOIN consumers c ON c.id = s.consumer_id
        WHERE h.service_id = $1 AND h.name = $2 AND c.service_id = $1 AND c.name = $3
        """)
    private static let ofChannel = Statement(
        "list consumers of channel",
        """
        SELECT h.name AS channel, c.name AS consumer, s.media, s.created_at
        FROM channels h JOIN subscriptions s ON s.channel_id = h.id JOIN consumers c ON c.id = s.consumer_id
        WHERE h.service_id = $1 AND h.name = $2 AND c.service_id = $1 AND c.name > $3 ORDER BY c.name LIMIT $4
        """)
    private static let ofConsumer = Statement(
        "list channels of consumer",
        """
        SELECT h.name AS channel, c.name AS consumer, s.media, s.created_at
        FROM consumers c JOIN subscriptions s ON s.consumer_id = c.id JOIN channels h ON h.id = s.channel_id
        WHERE c.service_id = $1 AND c.name = $2 AND h.service_id = $1 AND h.name > $3 AND h.removed_at IS NULL
        ORDER BY h.name LIMIT $4
        """)
    private static let remove = Statement(
        "remove subscription",
        """
        DELETE FROM subscriptions s USING channels h, consumers c
        WHERE h.id = s.channel_id AND h.service_id = $1 AND h.name = $2
        AND c.id = s.consumer_id AND c.service_id = $1 AND c.name = $3
        """)
}
