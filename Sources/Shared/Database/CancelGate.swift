import Synchronization

/// Decides which statement a request to cancel may reach. A connection runs one statement after the other, and a late request
/// must not stop the next one: so a request is carried out only while its own statement runs, and a statement ends only when no
/// request is on its way.
final class CancelGate: Sendable {
    /// One statement's turn on the connection.
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

    /// - Returns: false where the statement was interrupted before it began.
    func begin(_ ticket: Ticket) -> Bool {
        state.withLock { state in
            guard state.interrupted != ticket.number else { return false }
            state.running = ticket.number
            return true
        }
    }

    func end() { state.withLock { $0.running = nil } }

    func isInterrupted(_ ticket: Ticket) -> Bool { state.withLock { $0.interrupted == ticket.number } }

    /// Stops the ticket's statement if it runs, or before it begins. Blocks while the request is under way.
    ///
    /// - Returns: whether the server was asked. It may have passed the request over, so ask again while this is so.
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
