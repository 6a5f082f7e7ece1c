import Topology

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

extension HoldStep {
    /// The hold of a notification that is put aside, by how often it has been before: often at first, for a destination that is soon back,
    /// and then every ten minutes. Nil when it has been put aside for about as long as attempts are repeated, five hours.
    init?(afterDeferrals count: Int) {
        switch count {
        case ..<2: self = .fiveSeconds
        case 2..<4: self = .thirtySeconds
        case 4..<6: self = .twoMinutes
        case 6..<36: self = .tenMinutes
        default: return nil
        }
    }
}
