public import Model

/// The exchanges, by what they carry.
public enum ExchangeName: String, CaseIterable, Sendable {
    /// Topic: `<tenant>.<lane>`.
    case requests
    /// Direct: `<medium>.<lane>`.
    case cursors
    /// Topic: `<medium>.<lane>`.
    case notifications
    /// Topic: `<tenant>.<kind>`. It is fed by what the lanes tell, and services bind their queues to it.
    case events
    /// Topic: `<provider>.<receipt or reply>`.
    case inbound
    /// Topic: `<role>.<medium or *>`.
    case control
    /// Direct: why it was parked.
    case parked
    /// Fanout: what came back to its queue too often, put there by the broker under the routing key that it had.
    case poison
    /// Fanout: what no queue of `requests` was bound for.
    case unroutable

    public var name: String { rawValue }

    /// Between `requests` and a lane's queues: it keeps the requests of a service together, by a hash of their routing key.
    public static func requests(of lane: Lane) -> String { "requests.\(lane.rawValue)" }

    /// Fanout: where the events of a lane are published. It leads to the lane's queue of the recorder, and to the one from which they go on to
    /// `events`.
    public static func events(of lane: Lane) -> String { "events.\(lane.rawValue)" }
}
