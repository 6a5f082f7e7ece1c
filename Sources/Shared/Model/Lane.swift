/// How urgent a message is. Each lane has its own queues, AMQP channels and prefetch, so that no lane delays another.
public enum Lane: String, CaseIterable, Sendable {
    /// Somebody is waiting: login codes.
    case priority
    /// Personal messages.
    case normal
    /// Newsletters.
    case bulk
}
