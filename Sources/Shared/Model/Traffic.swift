/// Whether a service sends little or much at the moment. Each has queues of its own to the senders, so that who sends little never stands
/// behind what somebody sends in a burst.
public enum Traffic: String, CaseIterable, Sendable {
    /// Within what every service may send at any time.
    case sparse
    /// All beyond that, and all of large fan-outs.
    case burst
}
