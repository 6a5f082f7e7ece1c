import Model
import Senders
import Synchronization

/// Keeps every call open until the test releases them, and delivers all that come after.
final class HeldProvider: Provider {
    private struct State {
        var open: [@Sendable () -> Void] = []
        var given = 0
        var isReleased = false
    }

    let name = "held"
    let medium = Medium.webhook
    private let state = Mutex(State())

    var inFlight: Int { state.withLock { $0.open.count } }
    /// How many notifications it was given in total.
    var given: Int { state.withLock { $0.given } }

    func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void) {
        let ends = notifications.indices.map { index -> @Sendable () -> Void in { report(index, .delivered(reference: nil)) } }
        let isReleased = state.withLock { state in
            state.given += ends.count
            if !state.isReleased { state.open += ends }
            return state.isReleased
        }
        if isReleased { for end in ends { end() } }
    }

    func release() {
        let open = state.withLock { state in
            state.isReleased = true
            defer { state.open = [] }
            return state.open
        }
        for end in open { end() }
    }
}
