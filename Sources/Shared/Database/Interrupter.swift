import Executors
import Runtime

/// Carries requests to cancel to the server on a thread of its own, because each takes a connection and blocks.
actor Interrupter {
    let executor = ThreadExecutor(name: "database-stop")

    /// Returns at once; safe in a cancellation handler.
    nonisolated func interrupt(_ ticket: CancelGate.Ticket, _ gate: CancelGate) {
        Task { await carry(ticket, gate) }
    }

    /// A request that comes before the statement, or between its preparation and its execution, stops nothing: the server looks at it only
    /// while it works. So it is repeated until the statement has ended.
    private func carry(_ ticket: CancelGate.Ticket, _ gate: CancelGate) async {
        var backOff = BackOff(initial: .milliseconds(10), limit: .seconds(1))
        while gate.interrupt(ticket) { try? await Task.sleep(for: backOff.delay()) }
    }
}
