public import Model

/// The roles that take part in the exchange `control`.
public enum ControlRole: String, CaseIterable, Sendable {
    case gateway, router, sender, recorder
    /// A command of an operator. It asks, and nobody waits for its answer.
    case tool
}

/// To whom a message on the exchange `control` goes.
public enum ControlAddress: Hashable, Sendable {
    /// All processes of a role.
    case all(ControlRole)
    /// All senders of a medium.
    case senders(Medium)
    /// One role of one process, by its id.
    case participant(String)
    /// All processes that watch which processes of a role are there.
    case watchers(ControlRole)

    public var routingKey: String {
        switch self {
        case .all(let role): role.rawValue
        case .senders(let medium): "\(ControlRole.sender.rawValue).\(medium.rawValue)"
        case .participant(let id): "participant.\(id)"
        case .watchers(let role): "watch.\(role.rawValue)"
        }
    }
}
