/// Why a database call failed. No case holds a value that was sent or read.
public enum DatabaseError: Error, Equatable, CustomStringConvertible {
    /// The server answered with an error.
    case refused(SQLState, reason: String, statement: String)
    /// No connection could be opened, or it was lost. If a statement was running, it may have taken effect.
    case disconnected(reason: String)
    /// The statement exceeded its limit: the server stopped it, or the client closed the connection.
    case timedOut(statement: String)
    /// The task was cancelled and the server stopped the statement, which had no effect.
    case cancelled(statement: String)
    /// No connection became free within the limit, or too many callers wait already.
    case overloaded(waiting: Int)
    /// `close` was called.
    case closed
    /// The rows are not what the code expects: a column is missing, null or of another type.
    case unexpectedResult(problem: String, statement: String)

    public var sqlState: SQLState? {
        if case .refused(let state, _, _) = self { state } else { nil }
    }

    /// Whether a retry may succeed without any change. A retry is safe if the statement is idempotent.
    public var isTransient: Bool {
        switch self {
        case .refused(let state, _, _): state.isTransient
        case .disconnected, .timedOut, .overloaded: true
        case .cancelled, .closed, .unexpectedResult: false
        }
    }

    /// Whether a value caused the error, so that a retry with the same values fails again.
    public var isFaultOfData: Bool { sqlState?.isFaultOfData ?? false }

    public var isUniqueViolation: Bool { sqlState == .uniqueViolation }

    public var description: String {
        switch self {
        case .refused(let state, let reason, let statement): "\(statement): \(reason) (SQLSTATE \(state))"
        case .disconnected(let reason): "the database cannot be reached: \(reason)"
        case .timedOut(let statement): "\(statement): the database did not answer in time"
        case .cancelled(let statement): "\(statement): cancelled"
        case .overloaded(let waiting): "all database connections are in use, and \(waiting) callers wait"
        case .closed: "the database is closed"
        case .unexpectedResult(let problem, let statement): "\(statement): \(problem)"
        }
    }
}
