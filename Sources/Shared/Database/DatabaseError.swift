/// Why the database did not do what it was asked. No case holds a value that was sent or read.
public enum DatabaseError: Error, Equatable, CustomStringConvertible {
    /// The server answered with an error.
    case refused(SQLState, reason: String, statement: String)
    /// No connection could be made, or it broke. Where a statement was under way, whether it took effect is not known.
    case disconnected(reason: String)
    /// No answer came within the statement's limit; it was given up, by the server or with the connection.
    case timedOut(statement: String)
    /// The task was cancelled and the server stopped the statement, which has had no effect.
    case cancelled(statement: String)
    /// All connections were busy for too long, or too many callers wait already.
    case overloaded(waiting: Int)
    /// `close` was called.
    case closed
    /// The rows are not what the code expects: a column is missing, null or of another kind.
    case unexpectedResult(problem: String, statement: String)

    public var sqlState: SQLState? {
        if case .refused(let state, _, _) = self { state } else { nil }
    }

    /// Whether it may go well later with nobody mending anything. A retry is safe if the statement may take effect twice.
    public var isTransient: Bool {
        switch self {
        case .refused(let state, _, _): state.isTransient
        case .disconnected, .timedOut, .overloaded: true
        case .cancelled, .closed, .unexpectedResult: false
        }
    }

    /// Whether the values are at fault, so that a retry with the same ones is of no use.
    public var isFaultOfData: Bool { sqlState?.isFaultOfData ?? false }

    public var isUniqueViolation: Bool { sqlState == .uniqueViolation }

    public var isForeignKeyViolation: Bool { sqlState == .foreignKeyViolation }

    public var description: String {
        switch self {
        case .refused(let state, let reason, let statement): "\(statement): \(reason) (SQLSTATE \(state))"
        case .disconnected(let reason): "the database cannot be reached: \(reason)"
        case .timedOut(let statement): "\(statement): no answer from the database in time"
        case .cancelled(let statement): "\(statement): cancelled"
        case .overloaded(let waiting): "every database connection is busy, and \(waiting) callers wait"
        case .closed: "the database is closed"
        case .unexpectedResult(let problem, let statement): "\(statement): \(problem)"
        }
    }
}
