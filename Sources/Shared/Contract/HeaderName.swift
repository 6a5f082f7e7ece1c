/// The names of AMQP headers of Posthorn's messages.
enum HeaderName {
    static let traceparent = "traceparent"
    static let reason = "x-reason"
    static let parkedFrom = "x-parked-from"
    static let parkedAt = "x-parked-at"
    /// The routing key and the user that a parked message was published with.
    static let parkedKey = "x-parked-key"
    static let parkedUser = "x-parked-user"
    /// How often a message was returned to a queue before this copy was published. RabbitMQ counts only the returns of one copy.
    static let returns = "x-returns"
    /// When an isolated message was returned last, in milliseconds since 1970: since then it may be a duplicate.
    static let returnedAt = "x-returned-at"
    /// RabbitMQ's own count of the returns of a message in a quorum queue.
    static let deliveryCount = "x-delivery-count"
    /// Whether a part of the message is missing from its parked copy.
    static let truncated = "x-truncated"
    /// The length of a parked message's body, in bytes, before it was cut.
    static let bodyBytes = "x-body-bytes"
}
