/// What is known of a notification. The cases are in the order of progress: a status is never replaced by an earlier one.
public enum Status: String, CaseIterable, Sendable, Comparable {
    /// On its way to a sender, or waiting for its next attempt.
    case created
    /// Handed over; a receipt is due.
    case sending
    /// Handed over, and the provider is still trying.
    case pending
    /// Handed over; no receipt can ever come (plain SMTP).
    case sent
    /// A receipt came, or the medium's acceptance is the delivery (a webhook's 2xx).
    case delivered
    /// The last attempt failed; a later request may succeed.
    case temporaryFailure = "temporary-failure"
    /// The endpoint refuses or does not exist.
    case permanentFailure = "permanent-failure"
    /// Posthorn or a provider failed, or the outcome is unknown.
    case technicalFailure = "technical-failure"
    /// It expired before it could be sent.
    case expired
    /// Its request was cancelled before it could be sent.
    case cancelled

    /// Whether nothing more happens by itself.
    public var isFinal: Bool { self >= .delivered }

    /// Whether it ended without being sent.
    public var isFailure: Bool { self >= .temporaryFailure }

    /// Whether a copy of the notification is parked, so that an operator may replay it.
    public var isReplayable: Bool { self == .temporaryFailure || self == .technicalFailure }

    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .created: 0
        case .sending: 1
        case .pending: 2
        case .sent: 3
        case .delivered: 4
        case .temporaryFailure: 5
        case .permanentFailure: 6
        case .technicalFailure: 7
        case .expired: 8
        case .cancelled: 9
        }
    }
}
