public import Database
public import Model

/// The services: who may send, each a tenant of its own.
public struct ServiceStore: Sendable {
    private let database: Database

    public init(_ database: Database) { self.database = database }

    /// Adds a service. Adding it again changes nothing, so a retry is safe.
    ///
    /// - Returns: whether it is new.
    @discardableResult
    public func create(_ name: ServiceName) async throws(DatabaseError) -> Bool {
        try await database.query(Self.create, [.text(name.text)]).affected == 1
    }

    /// All services, by name.
    public func list() async throws(DatabaseError) -> [ServiceName] {
        var names: [ServiceName] = []
        for row in try await database.query(Self.list) {
            if let name = ServiceName(try row.text("name")) { names.append(name) }
        }
        return names
    }

    private static let create = Statement(
        "create service", "INSERT INTO services (name) VALUES ($1) ON CONFLICT (name) DO NOTHING")
    private static let list = Statement("list services", "SELECT name FROM services ORDER BY name")
}
