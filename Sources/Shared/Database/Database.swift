public import Runtime

/// A pool of connections to a PostgreSQL database (14 or newer). Safe to use from any task; no call blocks Swift's cooperative threads.
///
/// Connections are opened on first use, and reopened after they were lost. While the server is unreachable, calls fail at once with
/// `DatabaseError.disconnected`; after each retry delay one call tries to connect.
public final class Database: Sendable {
    private let pool: ConnectionPool
    private let errors: Counter
    private let duration: Histogram

    public init(settings: DatabaseSettings, log: Log, metrics: Metrics) {
        pool = ConnectionPool(settings: settings, log: log.scoped(to: "database"), metrics: metrics)
        errors = metrics.counter("posthorn_database_errors_total", "Database calls that failed.")
        duration = metrics.histogram(
            "posthorn_database_query_duration_seconds", "Duration of a database call, with its wait for a connection.")
    }

    /// Runs one statement, in a transaction of its own.
    ///
    /// - Throws: `DatabaseError`. After `disconnected` and `timedOut` the statement may have taken effect, so a retry is safe only if the
    ///   statement is idempotent.
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
    /// The body must not keep the connection, and must not take another one from the pool: if all connections were held by such bodies, they
    /// would deadlock.
    ///
    /// - Throws: the body's error, or `DatabaseError`. After `disconnected` the transaction may have been committed.
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

    /// Checks that the server answers.
    public func ping() async throws(DatabaseError) { try await query(Self.ping) }

    /// Rejects new calls, waits for the running ones, and closes all connections.
    public func close() async { await pool.close() }

    private static let ping = Statement("ping", "SELECT 1")
}
