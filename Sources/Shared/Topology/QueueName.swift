public import Model

/// The queues, typed by lane and medium, so that no name is put together anywhere else.
public enum QueueName: Hashable, Sendable {
    /// One of a lane's queues of requests, numbered from 0. All requests of a service on a lane are in the same one.
    case requests(Lane, Int)
    case cursors(Medium, Lane)
    case send(Medium, Lane, Traffic)
    case retry(RetryDelay, Lane)
    case parked(ParkedReason)
    /// Copies of what the broker itself has set aside, from which the router tells the services concerned.
    case poisonReports
    /// What happened on a lane, for the recorder.
    case record(Lane)
    /// The same on its way to the services' own queues. Nothing stays in it: it is there so that none of these can refuse what the recorder is to
    /// have.
    case forwardedEvents(Lane)
    case unroutable

    public var name: String {
        switch self {
        case .requests(let lane, let number): "requests.\(lane.rawValue).\(number)"
        case .cursors(let medium, let lane): "cursors.\(medium.rawValue).\(lane.rawValue)"
        case .send(let medium, let lane, .sparse): "send.\(medium.rawValue).\(lane.rawValue)"
        case .send(let medium, let lane, .burst): "send.\(medium.rawValue).\(lane.rawValue).burst"
        case .retry(let step, let lane): "retry.\(step.rawValue).\(lane.rawValue)"
        case .parked(let reason): "parked.\(reason.rawValue)"
        case .poisonReports: "poison.reports"
        case .record(let lane): "record.\(lane.rawValue)"
        case .forwardedEvents(let lane): "events.\(lane.rawValue)"
        case .unroutable: "unroutable"
        }
    }

    /// Over so many queues the requests of a lane are divided by their service. A service waits only for what others have put into its own.
    ///
    /// With more of them it shares its queue with fewer others, and the broker writes more logs.
    public static let requestQueues = 8

    /// All queues of a lane's requests.
    public static func requests(_ lane: Lane) -> [QueueName] { (0..<requestQueues).map { .requests(lane, $0) } }

    /// All queues of an installation with these media.
    public static func all(_ media: Media) -> [QueueName] {
        Lane.allCases.flatMap { requests($0) }
            + media.all.flatMap { medium in
                Lane.allCases.flatMap { [.cursors(medium, $0), .send(medium, $0, .sparse), .send(medium, $0, .burst)] }
            }
            + RetryDelay.allCases.flatMap { step in Lane.allCases.map { .retry(step, $0) } }
            + Lane.allCases.flatMap { [.record($0), .forwardedEvents($0)] } + ParkedReason.allCases.map { .parked($0) } + [
                .poisonReports, .unroutable,
            ]
    }
}

/// Why a message is kept aside for an operator.
public enum ParkedReason: String, CaseIterable, Sendable {
    /// Every way to deliver it was tried.
    case undeliverable
    /// It cannot be read, or it broke what read it.
    case poison
    /// Its time was over.
    case expired
    /// Its sender may not send it, or it is wrong in itself.
    case rejected
}
