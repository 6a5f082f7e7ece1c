/// What a stage decides for one listener of a request.
///
/// Further kinds of decision are added as cases, each with the code that carries it out: `deferUntil` a time, for quiet hours, and `digest` under
/// a key, for notifications that are collected and sent together.
enum ListenerDecision: Sendable, Equatable {
    /// A notification is created for it.
    case deliver
    /// No notification is created, and it is counted under this reason.
    case drop(DropReason)
}

/// Why a listener gets no notification. Each stage declares its own as static members in an extension.
struct DropReason: Hashable, Sendable {
    /// The value of the metric's label: a fixed word, such as `suppressed`, never text from a tenant.
    let label: String
}
