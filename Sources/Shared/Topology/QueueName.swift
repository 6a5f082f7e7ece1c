public import Model

/// The queues, typed by lane and medium, so that names are built nowhere else.
public enum QueueName: Hashable, Sendable {
    /// One of a lane's queues of requests, numbered from 0. All requests of a service on a lane are in the same one.
    case requests(Lane, Int)
    case cursors(Medium, Lane)
    case send(Medium, Lane, Traffic)
    case retry(RetryDelay, Lane)
    case parked(ParkedReason)
    /// Copies of messages that the broker dead-lettered as poison, from which the router publishes events to their services.
    case poisonReports
    /// The events of a lane, for the recorder.
    case record(Lane)
    /// The same events on their way to the services' own queues. Nothing stays in it: it exists so that a service's queue cannot refuse an event
    /// that the recorder must receive.
    case forwardedEvents(Lane)
    /// The senders' demands on the rate limits of a medium's accounts. The broker delivers them to one sender process at a time.
    case limits(Medium)
    case unroutable

    public var name: String {
        switch self {
        case .requests(let lane, let number): "requests.\(lane.rawValue).\(number)"
        case .cursors(let medium, let lane): "cursors.\(medium.rawValue).\(lane.rawValue)"
        case .send(let medium, let lane, .sparse): "send.\(medium.rawValue).\(lane.rawValue)"
        case .send(let medium, let lane, let traffic): "send.\(medium.rawValue).\(lane.rawValue).\(traffic.rawValue)"
        case .retry(let delay, let lane): "retry.\(delay.rawValue).\(lane.rawValue)"
        case .parked(let reason): "parked.\(reason.rawValue)"
        case .poisonReports: "poison.reports"
        case .record(let lane): "record.\(lane.rawValue)"
        case .forwardedEvents(let lane): "events.\(lane.rawValue)"
        case .limits(let medium): "limits.\(medium.rawValue)"
        case .unroutable: "unroutable"
        }
    }

    /// The number of queues over which the requests of a lane are divided by their service. A service waits only for the services with which it
    /// shares a queue.
    ///
    /// With more queues it shares its queue with fewer others, and the broker writes more logs.
    public static let requestQueues = 8

    /// All queues of a lane's requests.
    public static func requests(_ lane: Lane) -> [QueueName] { (0..<requestQueues).map { .requests(lane, $0) } }

    /// All queues of an installation with these media.
    public static func all(_ media: Media) -> [QueueName] {
        Lane.allCases.flatMap { requests($0) }
            + media.all.flatMap { medium in
                Lane.allCases.flatMap { lane in [.cursors(medium, lane)] + Traffic.allCases.map { .send(medium, lane, $0) } }
            }
            + RetryDelay.allCases.flatMap { delay in Lane.allCases.map { .retry(delay, $0) } }
            + Lane.allCases.flatMap { [.record($0), .forwardedEvents($0)] } + ParkedReason.allCases.map { .parked($0) } + [
                .poisonReports, .unroutable,
            ] + media.all.map { .limits($0) }
    }
}

/// Why a message is kept for an operator.
public enum ParkedReason: String, CaseIterable, Sendable {
    /// All attempts failed.
    case undeliverable
    /// It cannot be read, or it crashed the process that read it.
    case poison
    /// It expired.
    case expired
    /// Its sender may not send it, or it is not valid.
    case rejected
}
