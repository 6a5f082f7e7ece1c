/// Why a notification was put aside without a call.
public enum Deferral: String, CaseIterable, Sendable, CustomStringConvertible {
    /// The destination's breaker is open.
    case breakerOpen = "breaker-open"
    /// The destination has as many calls under way as it may have, and they do not come to an end.
    case stalled
    /// The service, or all services together, have as many calls under way to destinations that do not answer as they may have.
    case busy
    /// The destination has not accepted a connection yet, and another provider can have the notification meanwhile.
    case connecting

    public var description: String {
        switch self {
        case .breakerOpen: "passed over: it has failed several times in a row"
        case .stalled: "passed over: what it was given before does not come to an end"
        case .busy: "passed over: too many calls wait for answers"
        case .connecting: "passed over: it does not accept a connection at once"
        }
    }
}
