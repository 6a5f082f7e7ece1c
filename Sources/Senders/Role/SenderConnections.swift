import Broker
import Database
import Runtime
import Senders

/// The connections of a sender to the broker and the database. The priority lane has its own, so that nothing which fills up behind the
/// other lanes can be in its way.
struct SenderConnections {
    let grounds: PerLane<SenderGround>
    /// In the order in which they start.
    let services: [any Service]

    init(_ role: String, _ reader: inout SettingsReader, context: RoleContext) {
        let broker = BrokerSettings(reading: &reader)
        let database = DatabaseSettings(reading: &reader)
        let priority = Group("\(role) priority", broker, database, poolSize: 1, context)
        let others = Group(role, broker, database, poolSize: 2, context)
        grounds = PerLane { $0 == .priority ? priority.ground : others.ground }
        services = priority.services + others.services
    }

    /// The connections that some lanes share.
    private struct Group {
        let ground: SenderGround
        let services: [any Service]

        /// - Parameter poolSize: how many connections to the database there are at most.
        init(_ name: String, _ broker: BrokerSettings, _ settings: DatabaseSettings, poolSize: Int, _ context: RoleContext) {
            let (log, metrics) = (context.log, context.metrics)
            var settings = settings
            settings.poolSize = min(settings.poolSize, poolSize)
            let database = Database(settings: settings, log: log, metrics: metrics)
            let subscriber = Subscriber(settings: broker, name: "\(name): consume", log: log, metrics: metrics)
            let publisher = Publisher(settings: broker, name: "\(name): publish", log: log, metrics: metrics)
            context.readiness.condition("\(name): broker") { publisher.isReady && subscriber.isReady }
            ground = SenderGround(subscriber: subscriber, publisher: publisher, record: Record(database))
            services = [database, publisher, subscriber]
        }
    }
}
