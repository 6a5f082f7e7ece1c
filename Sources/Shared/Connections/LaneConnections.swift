public import Broker
public import Database
public import Parking
public import Runtime

/// The connections that some lanes of a role share: one to the broker that publishes, one that consumes, and those to the database.
public struct LaneConnections: Sendable {
    /// The name in metrics and logs: `router`, `router priority`.
    public let name: String
    public let database: Database
    public let subscriber: Subscriber
    public let publisher: Publisher
    /// Publishes on the connection of `publisher`.
    public let parking: Parking

    /// - Parameters:
    ///   - name: also the name of the readiness condition.
    ///   - databaseConnections: the limit, if the settings do not have a lower one.
    init(
        _ name: String, broker: BrokerSettings, database settings: DatabaseSettings, databaseConnections: Int,
        context: RoleContext, log: Log
    ) {
        var settings = settings
        settings.poolSize = min(settings.poolSize, databaseConnections)
        let subscriber = Subscriber(settings: broker, name: "\(name): consume", log: log, metrics: context.metrics)
        let publisher = Publisher(settings: broker, name: "\(name): publish", log: log, metrics: context.metrics)
        context.readiness.condition("\(name): broker") { publisher.isReady && subscriber.isReady }
        self.init(
            name, database: Database(settings: settings, log: log, metrics: context.metrics), subscriber: subscriber,
            publisher: publisher, log: log, metrics: context.metrics)
    }

    /// Uses connections that the caller has created and starts.
    public init(
        _ name: String, database: Database, subscriber: Subscriber, publisher: Publisher, log: Log, metrics: Metrics
    ) {
        self.name = name
        self.database = database
        self.subscriber = subscriber
        self.publisher = publisher
        parking = Parking(publisher: publisher, log: log, metrics: metrics)
    }

    /// The connections in the order in which they start.
    public var services: [any Service] { [database, publisher, subscriber] }
}
