/// The names of AMQP headers that any of our messages may have.
enum HeaderName {
    static let traceparent = "traceparent"
    static let reason = "x-reason"
    static let parkedFrom = "x-parked-from"
    static let parkedAt = "x-parked-at"
    /// Whether a parked copy lacks something that its message had.
    static let truncated = "x-truncated"
    /// How long the body of a parked message was.
    static let bodyBytes = "x-body-bytes"
}
