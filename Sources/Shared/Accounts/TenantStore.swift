public import Database
public import Model

/// The tenants on record: who may send. On the wire and in the database a tenant is called a service.
public struct TenantStore: Sendable {
    private let database: Database

    public init(_ database: Database) { self.database = database }

    /// Adds a tenant. Adding it again changes nothing, so a retry is safe.
    ///
    /// - Returns: whether it is new.
    @discardableResult
    public func create(_ name: TenantName) async throws(DatabaseError) -> Bool {
        try await database.query(Self.create, [.text(name.text)]).affected == 1
    }

    /// All tenants, by name.
    public func list() async throws(DatabaseError) -> [TenantName] {
        var names: [TenantName] = []
        for row in try await database.query(Self.list) {
            if let name = TenantName(try row.text("name")) { names.append(name) }
        }
        return names
    }

    private static let create = Statement(
        "create service", "INSERT INTO services (name) VALUES ($1) ON CONFLICT (name) DO NOTHING")
    private static let list = Statement("list services", "SELECT name FROM services ORDER BY name")
}
