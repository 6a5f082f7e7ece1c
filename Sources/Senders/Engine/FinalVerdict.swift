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
    /// No provider was called, or none that was not called too often.
    ///
    /// - after: when it can probably be sent; nil if that is not known.
    case deferred(why: Deferral, after: Duration? = nil)
    /// Its request was cancelled before it was sent.
    case cancelled
}

extension Verdict {
    /// What a chain does after a provider's verdict.
    enum ChainStep {
        case conclude(FinalVerdict)
        /// Try the next provider: this one was called, and has certainly not sent.
        case tryNext(why: String)
        /// Try the next provider: this one was not called, or too often.
        case skip(Deferral, after: Duration?)
        /// Try no other provider: this one will send it.
        case wait(Deferral, after: Duration)
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
        case .throttled(let wait, _): .skip(.throttled, after: wait)
        case .deferred(.limited, let wait?): .wait(.limited, after: wait)
        case .deferred(let why, let wait): .skip(why, after: wait)
        }
    }
}
