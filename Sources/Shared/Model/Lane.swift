/// How urgent a message is. Each lane has queues, channels and prefetch of its own, so that no lane stands in front of another.
public enum Lane: String, CaseIterable, Sendable {
    /// Somebody is waiting: log-in codes.
    case priority
    /// Personal messages.
    case normal
    /// Newsletters.
    case bulk
}
