import JSON

/// The problems that an API has whatever its resources are.
extension Problem {
    static func malformedBody(_ error: JSONSyntaxError) -> Problem {
        Problem(
            .malformedBody, 400, "Malformed JSON",
            "The body is \(error).")
    }

    static func invalidField(_ error: FieldError) -> Problem {
        Problem(.invalidField, 422, "Invalid field", error.description + ".", field: error.field.isEmpty ? nil : error.field)
    }

    /// 400.
    public static func invalidQuery(_ problem: String, of parameter: String) -> Problem {
        Problem(.invalidQuery, 400, "Invalid query", problem, field: parameter)
    }

    static let unauthenticated = Problem(
        .unauthenticated, 401, "Not authenticated",
        "Send a valid API key in the header: Authorization: Bearer posthorn_<service>_<secret>."
    ).with("WWW-Authenticate", #"Bearer realm="posthorn""#)

    static let tooManyUnknownKeys = Problem(
        .tooBusy, 503, "Too busy", "Too many API keys are being looked up that are not known here. Send the call again."
    ).with("Retry-After", "1")

    /// 404.
    public static func notFound(_ detail: String) -> Problem { Problem(.notFound, 404, "Not found", detail) }

    static func methodNotAllowed(_ method: String, allowed: [String]) -> Problem {
        let list = allowed.joined(separator: ", ")
        return Problem(
            .methodNotAllowed, 405, "Method not allowed",
            "\(method) does nothing here; \(list) \(allowed.count == 1 ? "does" : "do")."
        )
        .with("Allow", list)
    }

    /// 409.
    public static func conflict(_ detail: String) -> Problem { Problem(.conflict, 409, "Conflict", detail) }

    /// 413.
    ///
    /// - Parameter limit: in bytes.
    public static func bodyTooLarge(limit: Int) -> Problem {
        Problem(.bodyTooLarge, 413, "Body too large", "The body has more than \(limit) bytes.")
    }

    static let unsupportedMediaType = Problem(
        .unsupportedMediaType, 415, "Unsupported media type",
        "Send the body as JSON, with the header: Content-Type: application/json."
    ).with("Accept", "application/json")

    static let databaseUnavailable = Problem(
        .databaseUnavailable, 503, "Database unavailable", "The database does not answer now. Nothing is known to have changed."
    ).with("Retry-After", "1")

    static let internalError = Problem(.internalError, 500, "Internal error", "Something went wrong here; the log says what.")
}
