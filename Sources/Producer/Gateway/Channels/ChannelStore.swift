import Accounts
import Database
import Model
import WebAPI

/// The channels of the services.
struct ChannelStore: Sendable {
    struct Channel: Sendable {
        let name: String
        let createdAt: Timestamp

        init(_ row: Row) throws(DatabaseError) {
            name = try row.text("name")
            createdAt = Timestamp(milliseconds: try row.milliseconds("created_at"))
        }
    }

    let database: Database

    /// Adds the channel if it is new. Safe to repeat.
    ///
    /// - Returns: whether it is new.
    func add(_ name: String, of tenant: Tenant) async throws(DatabaseError) -> Bool {
        try await database.query(Self.add, [.integer(tenant.id), .text(name)]).affected == 1
    }

    /// Which of the names are channels of the service.
    func existing(_ names: [String], of tenant: Tenant) async throws(DatabaseError) -> Set<String> {
        let rows = try await database.query(Self.existing, [.integer(tenant.id), .textArray(names)])
        return Set(try rows.mapped { row throws(DatabaseError) in try row.text("name") })
    }

    /// So many consumers of a channel are counted at most, so that nobody keeps the database busy with counting.
    static let countLimit = 10_000

    /// The channel with the number of its consumers, at most `countLimit` and one.
    func find(_ name: String, of tenant: Tenant) async throws(DatabaseError) -> (channel: Channel, consumers: Int)? {
        let values: [DatabaseValue] = [.integer(tenant.id), .text(name), .integer(Int64(Self.countLimit + 1))]
        guard let row = try await database.query(Self.find, values).first else { return nil }
        return (try Channel(row), Int(try row.integer("consumers")))
    }

    func list(_ page: PageQuery, of tenant: Tenant) async throws(DatabaseError) -> Page<Channel> {
        let values: [DatabaseValue] = [.integer(tenant.id), .text(page.after ?? ""), .integer(Int64(page.limit + 1))]
        return Page(try await database.query(Self.list, values).mapped(Channel.init), limit: page.limit, key: \.name)
    }

    /// Marks the channel as removed, however many listen to it: from now on nobody finds it, and its name is free. The recorders delete it
    /// with its subscriptions in small batches. False where there is none.
    func remove(_ name: String, of tenant: Tenant) async throws(DatabaseError) -> Bool {
        try await database.query(Self.remove, [.integer(tenant.id), .text(name)]).affected == 1
    }

    private static let add = Statement(
        "add channel", "INSERT INTO channels (service_id, name) VALUES ($1, $2) ON CONFLICT (service_id, name) DO NOTHING")
    private static let existing = Statement(
        "find channels", "SELECT name FROM channels WHERE service_id = $1 AND name = ANY($2::text[])")
    private static let find = Statement(
        "show channel",
        """
        SELECT c.name, c.created_at, (
            SELECT count(*) FROM (SELECT FROM subscriptions s WHERE s.channel_id = c.id LIMIT $3) AS counted) AS consumers
        FROM channels c WHERE c.service_id = $1 AND c.name = $2
        """)
    private static let list = Statement(
        "list channels",
        """
        SELECT name, created_at FROM channels WHERE service_id = $1 AND name > $2 AND removed_at IS NULL ORDER BY name LIMIT $3
        """)
    // No client can use a name with a control character. So the new name meets no other channel, and no client finds it.
    private static let remove = Statement(
        "remove channel",
        "UPDATE channels SET removed_at = now(), name = chr(1) || id WHERE service_id = $1 AND name = $2 AND removed_at IS NULL")
}
