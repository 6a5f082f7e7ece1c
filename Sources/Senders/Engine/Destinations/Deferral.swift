/// Why a notification was deferred without a call.
public enum Deferral: String, CaseIterable, Sendable, CustomStringConvertible {
    /// The destination's breaker is open.
    case breakerOpen = "breaker-open"
    /// The destination has as many open calls as it may have, and they make no progress.
    case stalled
    /// The service, or all services together, have as many open calls to destinations that do not answer as they may have.
    case busy
    /// The destination has not accepted a connection yet, and another provider can have the notification meanwhile.
    case connecting
    /// The account's rate limit is reached. This is no fault, so it is deferred as often as needed.
    case limited
    /// The account has said that it is called too often.
    case throttled

    public var description: String {
        switch self {
        case .breakerOpen: "skipped: it has failed several times in a row"
        case .stalled: "skipped: its open calls make no progress"
        case .busy: "skipped: too many calls wait for answers"
        case .connecting: "skipped: it does not accept a connection at once"
        case .limited: "skipped: its rate limit is reached"
        case .throttled: "skipped: it was called too often"
        }
    }
}
