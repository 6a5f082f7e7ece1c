public import Runtime

/// A PostgreSQL database (14 or newer) behind a pool of connections. Safe to use from any task; no call blocks Swift's threads.
///
/// Connections are opened when first needed and opened again after they broke. While the server is away, calls fail at once with
/// `DatabaseError.disconnected`, and one in a while tries to connect.
public final class Database: Sendable {
    private let pool: ConnectionPool
    private let errors: Counter
    private let duration: Histogram

    public init(settings: DatabaseSettings, log: Log, metrics: Metrics) {
        pool = ConnectionPool(settings: settings, log: log.scoped(to: "database"), metrics: metrics)
        errors = metrics.counter("posthorn_database_errors_total", "Database calls that failed.")
        duration = metrics.histogram(
            "posthorn_database_seconds", "Time that a database call took, with its wait for a connection.")
    }

    /// Runs one statement, in a transaction of its own.
    ///
    /// - Throws: `DatabaseError`. After `disconnected` and `timedOut` the statement may have taken effect: a retry is safe only
    ///   if it may do so twice.
    @discardableResult
    public func query(_ statement: Statement, _ values: [DatabaseValue] = []) async throws(DatabaseError) -> Rows {
        let start = ContinuousClock.now
        defer { duration.observe(.now - start) }
        do {
            return try await pool.withConnection { connection in await connection.result(of: statement, values) }.get()
        } catch {
            errors.increment()
            throw error
        }
    }

    /// Runs the body in one transaction (read committed) on one connection. It commits when the body returns and rolls back when
    /// it throws.
    ///
    /// The body must not keep the connection, and must not ask the database itself for another: with all connections held by such
    /// bodies nobody would get on.
    ///
    /// - Throws: what the body throws, or `DatabaseError`. After `disconnected` the transaction may have been committed.
    @discardableResult
    public func transaction<Success: Sendable>(
        _ body: @escaping @Sendable (DatabaseConnection) async throws -> Success
    ) async throws -> Success {
        let start = ContinuousClock.now
        defer { duration.observe(.now - start) }
        do {
            return try await pool.withConnection { connection in await connection.transaction(body) }.get()
        } catch {
            if error is DatabaseError { errors.increment() }
            throw error
        }
    }

    /// Asks the server for a sign of life.
    public func ping() async throws(DatabaseError) { try await query(Self.ping) }

    /// Refuses new calls, waits for those that run, and closes every connection.
    public func close() async { await pool.close() }

    private static let ping = Statement("ping", "SELECT 1")
}
