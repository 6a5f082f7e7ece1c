import Database
import Runtime
import Schema

/// Checks at start that the database's schema is the one that this program needs. The process starts also if the database is unavailable,
/// because the sending path does not wait for it.
struct SchemaCheck: Service {
    let name = "schema"
    private let database: Database
    private let log: Log

    init(settings: DatabaseSettings, context: RoleContext) {
        log = context.log.scoped(to: name)
        var settings = settings
        settings.poolSize = 1
        database = Database(settings: settings, log: log, metrics: Metrics())
    }

    /// - Throws: `SchemaError`, whose description names the command that fixes it.
    func start() async throws {
        do {
            try await Migrations(database).check()
        } catch let error as DatabaseError where error.isTransient {
            log.warning("schema not checked", ["error": error.description])
        }
        await database.close()
    }

    func drain() async { await database.close() }
}
