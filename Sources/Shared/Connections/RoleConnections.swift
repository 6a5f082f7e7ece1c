public import Broker
public import Database
public import Model
public import Runtime

/// All connections of a role. The priority lane has its own, so that a blocked normal or bulk lane cannot delay it.
public struct RoleConnections: Sendable {
    private let priority: LaneConnections
    /// The connections of all other lanes, and of parts that belong to no lane.
    public let others: LaneConnections

    /// Connects only when the services are started.
    ///
    /// - Parameters:
    ///   - role: its name, which the connections and their readiness conditions have: `router`, and `router priority`.
    ///   - priorityConnections: the limit of database connections for the priority lane.
    ///   - otherConnections: the limit of database connections for everything else.
    public init(
        _ role: String, broker: BrokerSettings, database: DatabaseSettings, priorityConnections: Int, otherConnections: Int,
        context: RoleContext, log: Log
    ) {
        priority = LaneConnections(
            "\(role) priority", broker: broker, database: database, databaseConnections: priorityConnections, context: context,
            log: log)
        others = LaneConnections(
            role, broker: broker, database: database, databaseConnections: otherConnections, context: context, log: log)
    }

    /// The connections of a lane.
    public subscript(_ lane: Lane) -> LaneConnections { lane == .priority ? priority : others }

    /// Creates a value for each set of connections: one for the priority lane, and one for all others.
    ///
    /// - Returns: the value of a lane.
    public func onEach<Made: Sendable>(_ make: (LaneConnections) -> Made) -> @Sendable (Lane) -> Made {
        let (priority, others) = (make(priority), make(others))
        return { lane in lane == .priority ? priority : others }
    }

    /// The connections in the order in which they start.
    public var services: [any Service] { priority.services + others.services }
}
