/// What the end of a call shows of its destination.
enum Sign: Sendable {
    /// It lives, whatever it said.
    case answered
    /// It did not answer, or something in front of it did in its stead.
    case failed
}

extension Verdict {
    /// Nil where it shows nothing: no call was made.
    var sign: Sign? {
        switch self {
        case .delivered, .accepted, .sent, .retry, .refused, .endpointGone: .answered
        case .failing, .unavailable, .unknown: .failed
        case .unsendable, .deferred: nil
        }
    }
}
