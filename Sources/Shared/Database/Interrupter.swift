import Executors

/// Carries requests to cancel to the server on a thread of its own, because each takes a connection and blocks.
actor Interrupter {
    let executor = ThreadExecutor(name: "database-stop")

    /// Returns at once; safe in a cancellation handler.
    nonisolated func interrupt(_ ticket: CancelGate.Ticket, _ gate: CancelGate) {
        Task { await carry(ticket, gate) }
    }

    private func carry(_ ticket: CancelGate.Ticket, _ gate: CancelGate) { gate.interrupt(ticket) }
}
