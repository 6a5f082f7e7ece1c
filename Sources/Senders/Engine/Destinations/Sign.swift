/// What the end of a call says about its destination.
enum Sign: Sendable {
    /// It answered, whatever the answer.
    case answered
    /// It did not answer, or a proxy in front of it answered for it.
    case failed
}

extension Verdict {
    /// Nil if no call was made.
    var sign: Sign? {
        switch self {
        case .delivered, .accepted, .sent, .retry, .refused, .endpointGone, .throttled: .answered
        case .failing, .unavailable, .unknown: .failed
        case .unsendable, .deferred, .cancelled: nil
        }
    }

    /// Whether the account took the call: it was not called too often.
    var isTaken: Bool {
        if case .throttled = self { return false }
        return sign == .answered
    }
}
