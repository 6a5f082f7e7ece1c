public import Broker
public import Database
public import Model
public import Runtime

/// All connections of a role. The priority lane has its own, so that nothing which fills up behind the other lanes can be in its way.
public struct RoleConnections: Sendable {
    private let priority: LaneConnections
    /// Those of all lanes but the priority lane, and of what serves no lane.
    public let others: LaneConnections

    /// Nothing is connected before the services are started.
    ///
    /// - Parameters:
    ///   - role: its name, which the connections and their readiness conditions have: `router`, and `router priority`.
    ///   - priorityConnections: to the database, at most, for the priority lane.
    ///   - otherConnections: to the database, at most, for all else.
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

    /// Those of a lane.
    public subscript(_ lane: Lane) -> LaneConnections { lane == .priority ? priority : others }

    /// What is made once for each set of connections: once for the priority lane, and once for the others together.
    ///
    /// - Returns: that of a lane.
    public func onEach<Made: Sendable>(_ make: (LaneConnections) -> Made) -> @Sendable (Lane) -> Made {
        let (priority, others) = (make(priority), make(others))
        return { lane in lane == .priority ? priority : others }
    }

    /// In the order in which they start.
    public var services: [any Service] { priority.services + others.services }
}
