import Runtime
import Synchronization

/// The pool of connections to a database. A connection serves one caller at a time.
final class ConnectionPool: Sendable {
    typealias Turn = Result<Int, DatabaseError>

    private struct State {
        var ledger: PoolLedger
        var continuations: [Int: CheckedContinuation<Turn, Never>] = [:]
        var connections: [Int: DatabaseConnection] = [:]
        var lastWaiter = 0
        var outage = Outage()
        var drained: [CheckedContinuation<Void, Never>] = []
    }

    private let settings: DatabaseSettings
    private let interrupter = Interrupter()
    private let state: Mutex<State>
    private let log: Log
    private let inUse: Gauge
    private let waiting: Gauge
    private let connects: Counter

    init(settings: DatabaseSettings, log: Log, metrics: Metrics) {
        self.settings = settings
        self.log = log
        state = Mutex(State(ledger: PoolLedger(size: settings.poolSize, waitingLimit: settings.waitingLimit)))
        inUse = metrics.gauge("posthorn_database_pool_in_use", "Database connections that are in use.")
        waiting = metrics.gauge("posthorn_database_pool_waiting", "Callers that wait for a database connection.")
        connects = metrics.counter("posthorn_database_connects_total", "Connections opened to the database.")
    }

    /// Runs the body on an open connection, and returns the connection to the pool.
    func withConnection<Success: Sendable>(
        _ body: @Sendable (isolated DatabaseConnection) async -> Success
    ) async throws(DatabaseError) -> Success {
        let number = try await turn()
        defer { release(number) }
        let (connection, outage) = state.withLock { state in
            let connection = state.connections[number] ?? make(number)
            state.connections[number] = connection
            return (connection, state.outage.reason(at: .now))
        }
        return try await connection.lend(outage: outage, report: { self.connected($0) }, body)
    }

    /// Rejects new callers, waits until no connection is in use, and closes all connections.
    func close() async {
        let refused = state.withLock { state in
            state.ledger.close().compactMap { state.continuations.removeValue(forKey: $0) }
        }
        for continuation in refused { continuation.resume(returning: .failure(.closed)) }
        await withCheckedContinuation { continuation in
            let isDrained = state.withLock { state in
                if state.ledger.inUse > 0 { state.drained.append(continuation) }
                return state.ledger.inUse == 0
            }
            if isDrained { continuation.resume() }
        }
        for connection in state.withLock({ Array($0.connections.values) }) { await connection.close() }
    }

    private func make(_ number: Int) -> DatabaseConnection {
        DatabaseConnection(number: number, settings: settings, interrupter: interrupter)
    }

    private func turn() async throws(DatabaseError) -> Int {
        let waiter = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        let timer = Mutex<Task<Void, Never>?>(nil)
        defer { timer.withLock { $0?.cancel() } }
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let turn = admit(waiter, continuation) { return continuation.resume(returning: turn) }
                timer.withLock { $0 = expiry(of: waiter) }
                if Task.isCancelled { giveUp(waiter, .cancelled(statement: "wait for a connection")) }
            }
        } onCancel: {
            giveUp(waiter, .cancelled(statement: "wait for a connection"))
        }.get()
    }

    private func admit(_ waiter: Int, _ continuation: CheckedContinuation<Turn, Never>) -> Turn? {
        state.withLock { state in
            defer { updateGauges(state) }
            switch state.ledger.admit(waiter) {
            case .take(let number): return .success(number)
            case .refuse(let error): return .failure(error)
            case .wait:
                state.continuations[waiter] = continuation
                return nil
            }
        }
    }

    private func expiry(of waiter: Int) -> Task<Void, Never> {
        Task {
            guard (try? await Task.sleep(for: settings.waitLimit)) != nil else { return }
            giveUp(waiter, .overloaded(waiting: state.withLock { $0.ledger.waitingCount }))
        }
    }

    private func giveUp(_ waiter: Int, _ error: DatabaseError) {
        let continuation = state.withLock { state in
            defer { updateGauges(state) }
            return state.ledger.abandon(waiter) ? state.continuations.removeValue(forKey: waiter) : nil
        }
        continuation?.resume(returning: .failure(error))
    }

    private func release(_ number: Int) {
        let (next, drained): (CheckedContinuation<Turn, Never>?, [CheckedContinuation<Void, Never>]) = state.withLock { state in
            defer { updateGauges(state) }
            let next = state.ledger.release(number).flatMap { state.continuations.removeValue(forKey: $0) }
            guard state.ledger.isClosed, state.ledger.inUse == 0 else { return (next, []) }
            defer { state.drained = [] }
            return (next, state.drained)
        }
        next?.resume(returning: .success(number))
        for continuation in drained { continuation.resume() }
    }

    private func updateGauges(_ state: borrowing State) {
        inUse.set(state.ledger.inUse)
        waiting.set(state.ledger.waitingCount)
    }

    /// Records the result of connecting. After a failure, nobody tries for a while.
    private func connected(_ failure: DatabaseError?) {
        guard let failure else {
            connects.increment()
            return state.withLock { $0.outage.ended() }
        }
        guard let delay = state.withLock({ $0.outage.began(failure.description, at: .now) }) else { return }
        log.warning("database connect failed", ["error": failure, "retry_in": delay])
    }
}
