import Synchronization

/// Ensures that a cancel request reaches only its own statement. A late request must not stop the next statement of the connection. So a
/// request is sent only while its statement runs, and a statement ends only when no request is being sent.
final class CancelGate: Sendable {
    /// Identifies one statement of the connection.
    struct Ticket: Sendable, Equatable { fileprivate let number: UInt64 }

    private struct State {
        var next: UInt64 = 1
        var running: UInt64?
        var interrupted: UInt64 = 0
        var handle: PostgresCancelHandle?
    }

    private let state = Mutex(State())

    func open(_ handle: PostgresCancelHandle?) { state.withLock { $0.handle = handle } }

    func close() { state.withLock { $0.handle = nil } }

    func ticket() -> Ticket {
        state.withLock { state in
            defer { state.next += 1 }
            return Ticket(number: state.next)
        }
    }

    /// - Returns: false if the statement was cancelled before it began.
    func begin(_ ticket: Ticket) -> Bool {
        state.withLock { state in
            guard state.interrupted != ticket.number else { return false }
            state.running = ticket.number
            return true
        }
    }

    func end() { state.withLock { $0.running = nil } }

    func isInterrupted(_ ticket: Ticket) -> Bool { state.withLock { $0.interrupted == ticket.number } }

    /// Cancels the ticket's statement if it runs, or before it begins. Blocks while the request is sent.
    ///
    /// - Returns: whether a request was sent. The server may have ignored it, so call again until this returns false.
    func interrupt(_ ticket: Ticket) -> Bool {
        state.withLock { state in
            guard state.running == ticket.number || ticket.number + 1 == state.next else { return false }
            state.interrupted = ticket.number
            guard state.running == ticket.number, let handle = state.handle else { return false }
            handle.requestCancel()
            return true
        }
    }
}
