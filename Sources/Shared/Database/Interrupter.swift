import Executors
import Runtime

/// Sends cancel requests to the server on a thread of its own, because each opens a connection and blocks.
actor Interrupter {
    let executor = ThreadExecutor(name: "database-cancel")

    /// Returns at once. Safe in a cancellation handler.
    nonisolated func interrupt(_ ticket: CancelGate.Ticket, _ gate: CancelGate) {
        Task { await send(ticket, gate) }
    }

    /// The server ignores a request that arrives before the statement, or between its preparation and its execution. So the request is repeated
    /// until the statement has ended.
    private func send(_ ticket: CancelGate.Ticket, _ gate: CancelGate) async {
        var backOff = BackOff(initial: .milliseconds(10), limit: .seconds(1))
        while gate.interrupt(ticket) { try? await Task.sleep(for: backOff.delay()) }
    }
}
