import Executors
import Runtime

/// One connection to the server, on a thread of its own. A caller holds it for one transaction and must not keep it.
public actor DatabaseConnection {
    let executor: ThreadExecutor
    private let settings: DatabaseSettings
    private let interrupter: Interrupter
    private let gate = CancelGate()
    private var handle: PostgresHandle?

    init(number: Int, settings: DatabaseSettings, interrupter: Interrupter) {
        executor = ThreadExecutor(name: "database-\(number)")
        self.settings = settings
        self.interrupter = interrupter
    }

    /// Runs one statement. If the task is cancelled, sends a cancel request to the server.
    ///
    /// - Throws: `DatabaseError`. Within a transaction, the server rejects all statements after the first error.
    @discardableResult
    public func query(_ statement: Statement, _ values: [DatabaseValue] = []) async throws(DatabaseError) -> Rows {
        try await result(of: statement, values).get()
    }

    /// Runs statements without parameters, separated by semicolons. For schema changes only.
    public func run(script: String) async throws(DatabaseError) {
        try await cancellable("script") { handle, limit throws(DatabaseError) in
            try handle.run(script: script, name: "script", limit: limit)
        }.get()
    }

    func result(of statement: Statement, _ values: [DatabaseValue]) async -> Result<Rows, DatabaseError> {
        await cancellable(statement.name) { handle, limit throws(DatabaseError) in
            try handle.query(statement, values, limit: limit)
        }
    }

    /// Runs the body on the connection. Connects first if the connection is not open, as far as this is known without a query.
    ///
    /// - Parameters:
    ///   - outage: why nobody should connect now; nil to connect if needed.
    ///   - report: called with the result of connecting, if that was needed; nil means success.
    func lend<Success: Sendable>(
        outage: String?, report: @Sendable (DatabaseError?) -> Void,
        _ body: @Sendable (isolated DatabaseConnection) async -> Success
    ) async throws(DatabaseError) -> Success {
        if handle?.isUsable != true || handle?.isIdle != true {
            close()
            if let outage { throw .disconnected(reason: outage) }
            do {
                try open()
                report(nil)
            } catch {
                report(error)
                throw error
            }
        }
        return await body(self)
    }

    private func open() throws(DatabaseError) {
        let opened = try PostgresHandle(url: settings.url)
        try opened.run(script: Self.sessionScript(settings), name: "connect", limit: limit)
        gate.open(opened.cancelHandle())
        handle = opened
    }

    var isInTransaction: Bool { handle.map { !$0.isIdle } ?? false }

    /// Runs a statement whether or not the task is cancelled.
    func uninterrupted(_ statement: Statement) -> Result<Rows, DatabaseError> {
        perform(statement.name, gate.ticket()) { handle, limit throws(DatabaseError) in
            try handle.query(statement, [], limit: limit)
        }
    }

    func close() {
        gate.close()
        handle = nil
    }

    private func cancellable<Success: Sendable>(
        _ name: String, _ body: (PostgresHandle, Int32) throws(DatabaseError) -> Success
    ) async -> Result<Success, DatabaseError> {
        let ticket = gate.ticket()
        return await withTaskCancellationHandler {
            perform(name, ticket, body)
        } onCancel: {
            interrupter.interrupt(ticket, gate)
        }
    }

    private func perform<Success>(
        _ name: String, _ ticket: CancelGate.Ticket, _ body: (PostgresHandle, Int32) throws(DatabaseError) -> Success
    ) -> Result<Success, DatabaseError> {
        guard let handle else { return .failure(.disconnected(reason: "connection lost")) }
        guard gate.begin(ticket) else { return .failure(.cancelled(statement: name)) }
        defer { gate.end() }
        do {
            return .success(try body(handle, limit))
        } catch {
            switch error {
            case .disconnected, .timedOut: close()
            default: break
            }
            guard error.sqlState == .queryCanceled else { return .failure(error) }
            return .failure(gate.isInterrupted(ticket) ? .cancelled(statement: name) : .timedOut(statement: name))
        }
    }

    /// The server stops a statement at its limit. If it does not answer, the client closes the connection 5 s later.
    private var limit: Int32 { Int32(clamping: Int64(settings.statementLimit / .milliseconds(1)) + 5000) }

    /// JIT is off because the statements are short, and the planner's cost estimates would enable it for some of them.
    private static func sessionScript(_ settings: DatabaseSettings) -> String {
        var script = """
            SET statement_timeout = \(Int64(settings.statementLimit / .milliseconds(1))); SET jit = off;
            SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET bytea_output = 'hex'; SET standard_conforming_strings = on
            """
        if let path = settings.searchPath {
            script += "; SET search_path = \"\(path.replacing("\"", with: "\"\""))\""
        }
        return script
    }
}
