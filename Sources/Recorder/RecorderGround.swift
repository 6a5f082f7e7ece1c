import Broker
import Database
import Parking
import Runtime

/// The connections on which some lanes of a recorder stand.
struct RecorderGround: Sendable {
    let database: Database
    let subscriber: Subscriber
    let parking: Parking
    private let publisher: Publisher

    init(database: Database, subscriber: Subscriber, publisher: Publisher, log: Log, metrics: Metrics) {
        self.database = database
        self.subscriber = subscriber
        self.publisher = publisher
        parking = Parking(publisher: publisher, log: log, metrics: metrics)
    }

    /// - Parameters:
    ///   - name: of the connections, as operators and metrics see them.
    ///   - connections: to the database, at most.
    init(
        _ name: String, _ broker: BrokerSettings, _ settings: DatabaseSettings, connections: Int, _ context: RoleContext,
        _ log: Log
    ) {
        var settings = settings
        settings.poolSize = min(settings.poolSize, connections)
        let subscriber = Subscriber(settings: broker, name: "\(name): consume", log: log, metrics: context.metrics)
        let publisher = Publisher(settings: broker, name: "\(name): publish", log: log, metrics: context.metrics)
        context.readiness.condition("\(name): broker") { publisher.isReady && subscriber.isReady }
        self.init(
            database: Database(settings: settings, log: log, metrics: context.metrics), subscriber: subscriber,
            publisher: publisher, log: log, metrics: context.metrics)
    }

    /// In the order in which they start.
    var services: [any Service] { [database, publisher, subscriber] }
}
