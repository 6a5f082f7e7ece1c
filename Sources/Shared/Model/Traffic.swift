/// Which of a lane's queues a notification uses. A service that sends little does not wait behind the burst of another.
public enum Traffic: String, CaseIterable, Sendable {
    /// Within the allowance that every service has at any time.
    case sparse
    /// Everything beyond it, and all notifications of large fan-outs.
    case burst
    /// Returned too often by processes that ended: sent alone, until the last attempt.
    case isolated

    /// Those whose notifications share a window with others.
    public static let shared: [Traffic] = [.sparse, .burst]
}
