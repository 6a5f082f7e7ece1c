/// What becomes of one listener of a request.
///
/// Later kinds of decision go here as cases of their own, each with what carries it out: `deferUntil` a moment, for quiet hours, and `digest`
/// under a key, for what is gathered and sent together.
enum ListenerDecision: Sendable, Equatable {
    /// A notification is made for it.
    case deliver
    /// None is made, and it is counted under this reason.
    case drop(DropReason)
}

/// Why a listener gets no notification. Each stage declares its own as static members in an extension.
struct DropReason: Hashable, Sendable {
    /// As the metric's label says it: a fixed word, such as `suppressed`, and nothing of a tenant's.
    let label: String
}
