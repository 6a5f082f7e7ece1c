public import Database
import Foundation
import Runtime
import Schema

/// A new schema on the PostgreSQL of `POSTHORN_TEST_DATABASE_URL`, so that suites can run concurrently.
public struct TestDatabase: Sendable {
    /// Settings whose search path is the schema.
    public let settings: DatabaseSettings

    private let name: String

    /// Creates a schema, by default migrated to the latest version. The caller must remove it.
    public static func schema(migrated: Bool = true, poolSize: Int = 4) async throws -> TestDatabase {
        guard let url = ProcessInfo.processInfo.environment["POSTHORN_TEST_DATABASE_URL"] else { throw Missing() }
        let name = "test_\(UUID().uuidString.lowercased().replacing("-", with: ""))"
        let schema = TestDatabase(
            settings: DatabaseSettings(
                url: Secret(url), poolSize: poolSize, statementLimit: .seconds(60), waitLimit: .seconds(60), searchPath: name),
            name: name)
        try await schema.outside { connection in try await connection.run(script: "CREATE SCHEMA \(name)") }
        if migrated {
            let database = schema.open()
            _ = try await Migrations(database).apply()
            await database.close()
        }
        return schema
    }

    /// Creates a schema, runs the body with a database on it, and removes the schema.
    public static func withDatabase<Success>(
        migrated: Bool = true, poolSize: Int = 4, _ body: (Database, DatabaseSettings) async throws -> Success
    ) async throws -> Success {
        let schema = try await schema(migrated: migrated, poolSize: poolSize)
        let database = schema.open()
        let result: Result<Success, any Error>
        do { result = .success(try await body(database, schema.settings)) } catch { result = .failure(error) }
        await database.close()
        try await schema.remove()
        return try result.get()
    }

    /// A database on the schema. The caller must close it.
    public func open(_ change: (inout DatabaseSettings) -> Void = { _ in }) -> Database {
        var settings = settings
        change(&settings)
        return Database(settings: settings, log: .discarded, metrics: Metrics())
    }

    /// Removes the schema with its contents.
    public func remove() async throws {
        let name = name
        try await outside { connection in
            try await connection.run(script: "SET LOCAL client_min_messages = warning; DROP SCHEMA IF EXISTS \(name) CASCADE")
        }
    }

    private func outside(_ body: @escaping @Sendable (DatabaseConnection) async throws -> Void) async throws {
        var settings = settings
        settings.searchPath = nil
        settings.poolSize = 1
        let database = Database(settings: settings, log: .discarded, metrics: Metrics())
        let result: Result<Void, any Error>
        do { result = .success(try await database.transaction(body)) } catch { result = .failure(error) }
        await database.close()
        try result.get()
    }

    private struct Missing: Error, CustomStringConvertible {
        var description: String { "POSTHORN_TEST_DATABASE_URL is not set: run script/test, which starts the servers" }
    }
}
