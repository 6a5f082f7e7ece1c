/// The names of AMQP headers of Posthorn's messages.
enum HeaderName {
    static let traceparent = "traceparent"
    static let reason = "x-reason"
    static let parkedFrom = "x-parked-from"
    static let parkedAt = "x-parked-at"
    /// Whether a part of the message is missing from its parked copy.
    static let truncated = "x-truncated"
    /// The length of a parked message's body, in bytes, before it was cut.
    static let bodyBytes = "x-body-bytes"
}
