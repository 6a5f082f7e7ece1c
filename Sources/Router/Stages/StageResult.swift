/// The result of a stage for one request.
enum StageResult<Output: Sendable>: Sendable {
    case proceed(Output)
    /// The request is stopped; no later stage receives it.
    case stop(Ending)
}

/// Why a request is stopped before its fan-out.
enum Ending: Sendable, Equatable {
    /// It cannot be carried out. It is parked, and an event reports it to its tenant if the request has an id.
    case rejected(why: String)
    /// Its sender may not send for the tenant that it names. It is parked, and no event is published to that tenant.
    case unauthorised(why: String)
    /// It has been expanded already.
    case repeated
    /// Another request uses its dedupe key.
    case conflict
    /// It cannot be processed, because of an error that no retry can fix.
    case broken(why: String)
    /// It has expired.
    case expired
    /// Its service has cancelled it.
    case cancelled
}
