public import Runtime

// The database is a service of its process: at its start it is reached, and its schema is held to be the one that this program knows.
extension Database: Service {
    public var name: String { "database" }

    /// - Throws: where the database cannot be reached or its schema is older; the message names the command that mends it.
    public func start() async throws { try await Migrations(self).check() }

    public func drain() async { await close() }
}
