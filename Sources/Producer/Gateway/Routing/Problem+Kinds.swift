import JSON
import Model

/// The problems that more than one handler has.
extension Problem {
    static func malformedBody(_ error: JSONSyntaxError) -> Problem {
        Problem(
            .malformedBody, 400, "Malformed JSON",
            "The body is \(error).")
    }

    static func invalidField(_ error: FieldError) -> Problem {
        Problem(.invalidField, 422, "Invalid field", error.description + ".", field: error.field.isEmpty ? nil : error.field)
    }

    static func invalidQuery(_ problem: String, of parameter: String) -> Problem {
        Problem(.invalidQuery, 400, "Invalid query", problem, field: parameter)
    }

    static let unauthenticated = Problem(
        .unauthenticated, 401, "Not authenticated",
        "Send a valid API key in the header: Authorization: Bearer posthorn_<service>_<secret>."
    ).with("WWW-Authenticate", #"Bearer realm="posthorn""#)

    static let tooManyUnknownKeys = Problem(
        .tooBusy, 503, "Too busy", "Too many API keys are being looked up that are not known here. Send the call again."
    ).with("Retry-After", "1")

    static let tooManyPolls = Problem(
        .tooBusy, 503, "Too busy", "Too many of this service's calls wait for a request to be counted. Send the call again later."
    ).with("Retry-After", "2")

    static func notFound(_ detail: String) -> Problem { Problem(.notFound, 404, "Not found", detail) }

    static func unknownConsumer(_ name: String) -> Problem {
        Problem(
            .unknownConsumer, 404, "Unknown consumer",
            "There is no consumer \"\(name)\". Register it with POST /v1/consumers.")
    }

    static func unknownChannels(_ names: [String]) -> Problem {
        let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
        return Problem(
            .unknownChannel, 404, "Unknown channel",
            "There is no channel \(list). A channel is made by POST /v1/channels/{channel}/consumers.")
    }

    static func methodNotAllowed(_ method: String, allowed: [String]) -> Problem {
        let list = allowed.joined(separator: ", ")
        return Problem(
            .methodNotAllowed, 405, "Method not allowed",
            "\(method) does nothing here; \(list) \(allowed.count == 1 ? "does" : "do")."
        )
        .with("Allow", list)
    }

    static func conflict(_ detail: String) -> Problem { Problem(.conflict, 409, "Conflict", detail) }

    /// - Parameter field: where the key stands: `Idempotency-Key` or `dedupe_key`.
    static func keyIsTaken(field: String, by id: RequestID) -> Problem {
        Problem(
            .conflict, 409, "Conflict",
            "Another request was sent under this key: \(id). A key stands for one request; send this one under a key of its own.",
            field: field)
    }

    static func bodyTooLarge(limit: Int) -> Problem {
        Problem(.bodyTooLarge, 413, "Body too large", "The body has more than \(limit) bytes.")
    }

    static let unsupportedMediaType = Problem(
        .unsupportedMediaType, 415, "Unsupported media type",
        "Send the body as JSON, with the header: Content-Type: application/json."
    ).with("Accept", "application/json")

    static func brokerUnavailable(_ detail: String, retryAfter seconds: Int) -> Problem {
        Problem(.brokerUnavailable, 503, "Not accepted", detail).with("Retry-After", "\(seconds)")
    }

    static let databaseUnavailable = Problem(
        .databaseUnavailable, 503, "Database unavailable", "The database does not answer now. Nothing is known to have changed."
    ).with("Retry-After", "1")

    static let internalError = Problem(.internalError, 500, "Internal error", "Something went wrong here; the log says what.")

}
