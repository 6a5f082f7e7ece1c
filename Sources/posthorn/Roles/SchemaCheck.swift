import Database
import Runtime
import Schema

/// Looks at start whether the database's schema is the one that this program needs. A database that cannot be asked now keeps nobody from
/// starting: the sending path does not wait for it.
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

    /// - Throws: `SchemaError`, whose description names the command that mends it.
    func start() async throws {
        do {
            try await Migrations(database).check()
        } catch let error as DatabaseError where error.isTransient {
            log.warning("the schema could not be checked", ["why": error.description])
        }
        await database.close()
    }

    func drain() async { await database.close() }
}
