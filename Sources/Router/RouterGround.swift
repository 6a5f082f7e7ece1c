import Broker
import Database
import Parking
import Runtime

/// The connections on which some lanes of a router stand.
struct RouterGround: Sendable {
    let database: Database
    let subscriber: Subscriber
    let publisher: Publisher
    let inspector: BrokerInspector
    let parking: Parking

    /// - Parameters:
    ///   - name: of the connections, as operators and metrics see them.
    ///   - connections: to the database, at most.
    init(
        _ name: String, _ broker: BrokerSettings, _ settings: DatabaseSettings, connections: Int, _ context: RoleContext,
        _ log: Log
    ) {
        var settings = settings
        settings.poolSize = min(settings.poolSize, connections)
        database = Database(settings: settings, log: log, metrics: context.metrics)
        let subscriber = Subscriber(settings: broker, name: "\(name): consume", log: log, metrics: context.metrics)
        let publisher = Publisher(settings: broker, name: "\(name): publish", log: log, metrics: context.metrics)
        context.readiness.condition("\(name): broker") { publisher.isReady && subscriber.isReady }
        self.subscriber = subscriber
        self.publisher = publisher
        inspector = BrokerInspector(settings: broker, name: "\(name): inspect", log: log)
        parking = Parking(publisher: publisher, log: log, metrics: context.metrics)
    }

    /// In the order in which they start.
    var services: [any Service] { [database, publisher, subscriber] }
}
