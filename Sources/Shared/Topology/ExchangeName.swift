public import Model

/// The exchanges, by what they carry.
public enum ExchangeName: String, CaseIterable, Sendable {
    /// Topic: `<tenant>.<lane>`.
    case requests
    /// Direct: `<medium>.<lane>`.
    case cursors
    /// Topic: `<medium>.<lane>`.
    case notifications
    /// Topic: `<tenant>.<kind>`. It gets the events of all lanes, and services bind their queues to it.
    case events
    /// Topic: `<provider>.<receipt or reply>`.
    case inbound
    /// Topic: see ``ControlAddress``.
    case control
    /// Direct: the reason for parking.
    case parked
    /// Fanout: what returned to its queue too often, dead-lettered by the broker with its routing key unchanged.
    case poison
    /// Fanout: messages on `requests` that match no binding.
    case unroutable

    public var name: String { rawValue }

    /// Between `requests` and a lane's queues: it keeps the requests of a service together, by a hash of their routing key.
    public static func requests(of lane: Lane) -> String { "requests.\(lane.rawValue)" }

    /// Fanout: where the events of a lane are published. It is bound to the recorder's queue of the lane, and to the queue that forwards to
    /// `events`.
    public static func events(of lane: Lane) -> String { "events.\(lane.rawValue)" }
}
