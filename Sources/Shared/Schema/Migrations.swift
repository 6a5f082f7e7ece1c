public import Database
public import Model

/// Migrates a database's schema to the version that this program needs, and checks the version.
public struct Migrations: Sendable {
    /// The schema version that this program needs.
    public static let latest = Migration.all.last!.number

    private let database: Database
    private let media: Media

    /// - Parameter media: the media that the enum `medium` must contain.
    public init(_ database: Database, media: Media = .posthorn) {
        self.database = database
        self.media = media
    }

    /// Applies the missing migrations, each in a transaction of its own. Safe to run again and concurrently: a lock serializes it.
    ///
    /// - Returns: what was applied now, such as `0001 backbone` or `medium sms`; empty if the schema was up to date.
    /// - Throws: `DatabaseError`; the migrations before the failed one stay applied. `SchemaError` if the schema is newer than this program.
    public func apply() async throws -> [String] {
        var applied: [String] = []
        for migration in Migration.all {
            let isNew = try await database.transaction { connection in
                try await connection.run(script: Self.preparation)
                let version = try await Self.version(connection)
                guard version <= Self.latest else { throw SchemaError.version(found: version, expected: Self.latest) }
                guard version < migration.number else { return false }
                try await connection.run(script: migration.script)
                try await connection.query(Self.record, [.integer(migration.number), .text(migration.name)])
                return true
            }
            if isNew { applied.append(migration.description) }
        }
        for medium in try await missingMedia() {
            // A medium's name has only letters and digits, so it needs no quoting. The new value can be used after the commit.
            try await database.transaction { try await $0.run(script: "ALTER TYPE medium ADD VALUE IF NOT EXISTS '\(medium)'") }
            applied.append("medium \(medium)")
        }
        return applied
    }

    private func missingMedia() async throws -> [String] {
        let known = try await database.query(Self.media).map { try $0.text(0) }
        return media.all.map(\.rawValue).filter { !known.contains($0) }
    }

    /// Checks the version and the media. Call this at start.
    ///
    /// - Throws: `SchemaError`, whose description contains the command that fixes it.
    public func check() async throws {
        let exists = try await database.query(Self.find)
        let version = try exists.isEmpty ? 0 : await database.query(Self.current)[0].integer(0)
        guard version == Self.latest else { throw SchemaError.version(found: Int(version), expected: Self.latest) }
        let missing = try await missingMedia()
        guard missing.isEmpty else { throw SchemaError.missingMedia(missing) }
    }

    private static func version(_ connection: DatabaseConnection) async throws -> Int {
        Int(try await connection.query(current)[0].integer(0))
    }

    /// Serializes migrations of the same schema, without a timeout.
    private static let preparation = """
        SET LOCAL statement_timeout = 0;
        SELECT pg_advisory_xact_lock(1886352500, hashtext(current_schema()));
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number int PRIMARY KEY,
            name text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now())
        """
    private static let find = Statement(
        "find schema version", "SELECT 1 WHERE to_regclass('schema_migrations') IS NOT NULL")
    private static let current = Statement("read schema version", "SELECT coalesce(max(number), 0) FROM schema_migrations")
    private static let media = Statement("list media", "SELECT unnest(enum_range(NULL::medium))::text")
    private static let record = Statement("record migration", "INSERT INTO schema_migrations (number, name) VALUES ($1, $2)")
}
