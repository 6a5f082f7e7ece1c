/// The exchanges, by what they carry.
public enum ExchangeName: String, CaseIterable, Sendable {
    /// Topic: `<service>.<lane>`.
    case requests
    /// Direct: `<lane>`.
    case cursors
    /// Topic: `<medium>.<lane>`.
    case notifications
    /// Topic: `<service>.<kind>`.
    case events
    /// Topic: `<provider>.<receipt or reply>`.
    case inbound
    /// Topic: `<role>.<medium or *>`.
    case control
    /// Direct: why it was parked.
    case parked
    /// Fanout: what no queue of `requests` was bound for.
    case unroutable

    public var name: String { rawValue }
}
