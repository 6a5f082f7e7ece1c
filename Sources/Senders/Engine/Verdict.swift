import Model

/// What one provider says of one notification.
public enum Verdict: Sendable, Equatable {
    /// It has arrived: a webhook's 2xx, a push service's 201.
    case delivered(reference: String?)
    /// The provider has it, and a receipt will report the rest.
    case accepted(reference: String?)
    /// The provider has it, and no receipt can ever come (plain SMTP).
    case sent(reference: String?)
    /// Not now: the endpoint is busy or away. Tried again after a retry delay.
    ///
    /// - after: how long the endpoint asks to be left alone.
    case retry(after: Duration?, why: String)
    /// Not now, because of its destination: there is no connection, no answer in time, or a proxy in front of it answers for it. Tried again
    /// like `retry`, and several in a row open the destination's breaker.
    case failing(after: Duration?, why: String)
    /// This provider cannot, and certainly has not sent it: the next of the chain is tried at once.
    case unavailable(why: String)
    /// The endpoint does not take this message, and a repeat would change nothing.
    case refused(why: String)
    /// It cannot be sent as it is. No call was made.
    case unsendable(why: String)
    /// The endpoint no longer exists: nothing is sent to it again.
    case endpointGone(why: String)
    /// It may have arrived or not. Only the priority lane risks a second copy.
    case unknown(why: String)
    /// The account was called too often, and has certainly not sent it. Nothing calls the account for a while. The next of the chain is tried
    /// at once; if there is none, it is deferred without spending an attempt.
    ///
    /// - after: how long the account asks to be left alone; nil if it does not say.
    case throttled(after: Duration?, why: String)
    /// No call was made, because the destination can take nothing now. Deferred without spending an attempt.
    ///
    /// - after: when it can probably be sent; nil if that is not known.
    case deferred(why: Deferral, after: Duration? = nil)
    /// Its request was cancelled before the call. The engine itself reports this, and no provider.
    case cancelled

    var kind: VerdictKind {
        switch self {
        case .delivered: .delivered
        case .accepted: .accepted
        case .sent: .sent
        case .retry: .retry
        case .failing: .failing
        case .unavailable: .unavailable
        case .refused: .refused
        case .unsendable: .unsendable
        case .endpointGone: .endpointGone
        case .unknown: .unknown
        case .throttled: .throttled
        case .deferred: .deferred
        case .cancelled: .cancelled
        }
    }
}
