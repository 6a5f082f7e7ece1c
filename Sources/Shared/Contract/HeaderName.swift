/// The names of AMQP headers that any of our messages may have.
enum HeaderName {
    static let traceparent = "traceparent"
    static let reason = "x-reason"
    static let parkedFrom = "x-parked-from"
    static let parkedAt = "x-parked-at"
}
