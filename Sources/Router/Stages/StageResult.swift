/// What a stage made of one request.
enum StageResult<Output: Sendable>: Sendable {
    case proceed(Output)
    /// The request's way ends here; no later stage sees it.
    case stop(Ending)
}

/// Why a request's way ends before its fan-out.
enum Ending: Sendable, Equatable {
    /// It cannot be carried out. It is parked, and its service is told if it can be.
    case rejected(why: String)
    /// Whoever sent it may not speak for the service that it names. It is parked, and nothing is told in that service's name.
    case unauthorised(why: String)
    /// It has been expanded already.
    case repeated
    /// Its dedupe key is another request's.
    case conflict
    /// It cannot be processed, whatever is tried: nobody has thought of what is wrong with it.
    case broken(why: String)
    /// Its time was over.
    case expired
}
