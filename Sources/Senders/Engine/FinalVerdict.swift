/// What a provider chain reports for one notification. The settlement follows from it.
enum FinalVerdict: Sendable, Equatable {
    case delivered(reference: String?)
    case accepted(reference: String?)
    case sent(reference: String?)
    /// - after: how long the endpoint asks to be left alone.
    case retry(after: Duration?, why: String)
    /// It can never be sent to this endpoint.
    case refused(why: String)
    case endpointGone(why: String)
    case unknown(why: String)
    /// It may have arrived or not, and its provider can be asked later.
    case unresolved(why: String)
    /// No provider was called.
    case deferred(why: Deferral)
    /// Its request was cancelled before it was sent.
    case cancelled
}

extension Verdict {
    /// What a chain does after a provider's verdict.
    enum ChainStep {
        case conclude(FinalVerdict)
        /// Try the next provider: this one was called, and has certainly not sent.
        case tryNext(why: String)
        /// Try the next provider: this one was not called.
        case skip(Deferral)
    }

    var chainStep: ChainStep {
        switch self {
        case .delivered(let reference): .conclude(.delivered(reference: reference))
        case .accepted(let reference): .conclude(.accepted(reference: reference))
        case .sent(let reference): .conclude(.sent(reference: reference))
        case .retry(let wait, let why), .failing(let wait, let why): .conclude(.retry(after: wait, why: why))
        case .refused(let why), .unsendable(let why): .conclude(.refused(why: why))
        case .endpointGone(let why): .conclude(.endpointGone(why: why))
        case .unknown(let why): .conclude(.unknown(why: why))
        case .cancelled: .conclude(.cancelled)
        case .unavailable(let why): .tryNext(why: why)
        case .deferred(let why): .skip(why)
        }
    }
}
