/// Whether a service sends little or much at the moment. Each has its own queues to the senders, so that a service that sends little does not
/// wait behind the burst of another.
public enum Traffic: String, CaseIterable, Sendable {
    /// Within the allowance that every service has at any time.
    case sparse
    /// Everything beyond it, and all notifications of large fan-outs.
    case burst
}
