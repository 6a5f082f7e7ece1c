import Accounts
import Database
import Model
import WebAPI

/// The consumers of the services. Every statement names the service, so none reaches another's.
struct ConsumerStore: Sendable {
    struct Consumer: Sendable {
        let name: String
        let createdAt: Timestamp

        init(_ row: Row) throws(DatabaseError) {
            name = try row.text("name")
            createdAt = Timestamp(milliseconds: try row.milliseconds("created_at"))
        }
    }

    let database: Database

    /// Adds the consumer if it is new. Safe to repeat.
    func register(_ name: String, of tenant: Tenant) async throws(DatabaseError) -> (consumer: Consumer, isNew: Bool) {
        let row = try await database.query(Self.register, [.integer(tenant.id), .text(name)]).single()
        return (try Consumer(row), try row.bool("is_new"))
    }

    func find(_ name: String, of tenant: Tenant) async throws(DatabaseError) -> Consumer? {
        guard let row = try await database.query(Self.find, [.integer(tenant.id), .text(name)]).first else { return nil }
        return try Consumer(row)
    }

    func list(_ page: PageQuery, of tenant: Tenant) async throws(DatabaseError) -> Page<Consumer> {
        let values: [DatabaseValue] = [.integer(tenant.id), .text(page.after ?? ""), .integer(Int64(page.limit + 1))]
        return Page(try await database.query(Self.list, values).mapped(Consumer.init), limit: page.limit, key: \.name)
    }

    /// Removes the consumer with its endpoints and subscriptions. False where there is none.
    func remove(_ name: String, of tenant: Tenant) async throws(DatabaseError) -> Bool {
        try await database.query(Self.remove, [.integer(tenant.id), .text(name)]).affected == 1
    }

    // The update changes nothing. Without it an existing row would not be returned.
    private static let register = Statement(
        "register consumer",
        """
        INSERT INTO consumers (service_id, name) VALUES ($1, $2)
        ON CONFLICT (service_id, name) DO UPDATE SET name = EXCLUDED.name
        RETURNING name, created_at, xmax = 0 AS is_new
        """)
    private static let find = Statement(
        "find consumer", "SELECT name, created_at FROM consumers WHERE service_id = $1 AND name = $2")
    private static let list = Statement(
        "list consumers",
        "SELECT name, created_at FROM consumers WHERE service_id = $1 AND name > $2 ORDER BY name LIMIT $3")
    private static let remove = Statement("remove consumer", "DELETE FROM consumers WHERE service_id = $1 AND name = $2")
}
