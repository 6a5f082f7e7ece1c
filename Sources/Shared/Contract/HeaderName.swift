/// The names of our own AMQP headers. What tells one notification of a fan-out from another travels here, not in the body.
enum HeaderName {
    static let request = "x-request"
    static let service = "x-service"
    static let reference = "x-reference"
    static let consumer = "x-consumer"
    static let endpoint = "x-endpoint"
    static let address = "x-address"
    static let secretGeneration = "x-secret-generation"
    static let attempt = "x-attempt"
    static let content = "x-content"
    static let suspect = "x-suspect"
    static let expiresAt = "x-expires-at"
    static let traceparent = "traceparent"
    static let reason = "x-reason"
    static let parkedFrom = "x-parked-from"
    static let parkedAt = "x-parked-at"
}
