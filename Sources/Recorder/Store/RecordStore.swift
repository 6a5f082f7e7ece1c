import Database
import Model

/// Saves changes in one transaction. The same changes may be saved again, and in any order with others: the result is the same.
struct RecordStore: Sendable {
    let database: Database

    init(_ database: Database) { self.database = database }

    /// Returns when the events are recorded.
    func save(_ events: [Event], _ known: KnownFailures.Shared) async throws {
        let changes = Changes(events, known: known.current)
        known.note(changes.endpoints.failing.lazy.map(\.endpoint))
        try await save(changes)
    }

    /// Returns when the changes are committed.
    func save(_ changes: Changes) async throws {
        let statements = Self.calls(changes)
        switch statements.count {
        case 0: return
        case 1: try await database.query(statements[0].statement, statements[0].values)
        default:
            try await database.transaction { connection in
                for call in statements { try await connection.query(call.statement, call.values) }
            }
        }
    }

    struct Call: Sendable {
        let statement: Statement
        let values: [DatabaseValue]
    }

    /// Always in this order, so that two batches cannot deadlock.
    private static func calls(_ changes: Changes) -> [Call] {
        var calls: [Call] = []
        if !changes.notifications.isEmpty { calls.append(saveNotifications(changes.notifications)) }
        if !changes.continuations.isEmpty { calls.append(saveContinuations(changes.continuations)) }
        if !changes.failures.isEmpty { calls.append(saveFailures(changes.failures)) }
        if !changes.requests.isEmpty { calls.append(contentsOf: saveRequests(changes.requests)) }
        if !changes.goneEndpoints.isEmpty { calls.append(retireEndpoints(changes.goneEndpoints)) }
        return calls + saveEndpoints(changes.endpoints)
    }
}
