import Model
import WebAPI

/// Why a request was not accepted, found or counted.
extension Problem {
    static let tooManyPolls = Problem(
        .tooBusy, 503, "Too busy", "Too many of this service's calls wait for a request to be counted. Send the call again later."
    ).with("Retry-After", "2")

    /// A request that was just accepted and one that never was look the same here.
    static func noSuchRequest(_ id: RequestID) -> Problem {
        Problem.notFound(
            "There is no request \(id) on record. If it was accepted a moment ago, the router has not processed it yet: ask again."
        ).with("Retry-After", "1")
    }

    /// - Parameter field: where the key was given: `Idempotency-Key` or `dedupe_key`.
    static func keyIsTaken(field: String, by id: RequestID) -> Problem {
        Problem(
            .conflict, 409, "Conflict",
            "Another request was sent under this key: \(id). A key stands for one request; send this one under a key of its own.",
            field: field)
    }
}
