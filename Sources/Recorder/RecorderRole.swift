import Broker
import Contract
import Database
import Parking
public import Runtime
import Topology

/// Records what became of every request and notification.
public enum RecorderRole: Role {
    public static let name = "recorder"

    public static func services(settings reader: inout SettingsReader, context: RoleContext) throws -> [any Service] {
        let settings = RecorderSettings(reading: &reader)
        let broker = BrokerSettings(reading: &reader)
        let log = context.log.scoped(to: name)
        var connection = DatabaseSettings(reading: &reader)
        // One more than flushes, so that removed channels never keep one waiting.
        connection.poolSize = min(connection.poolSize, settings.flushes) + 1
        let database = Database(settings: connection, log: log, metrics: context.metrics)
        let subscriber = Subscriber(settings: broker, name: "\(name): consume", log: log, metrics: context.metrics)
        let publisher = Publisher(settings: broker, name: "\(name): publish", log: log, metrics: context.metrics)
        context.readiness.condition("\(name): broker") { publisher.isReady && subscriber.isReady }
        let service = service(
            settings, database: database, subscriber: subscriber, publisher: publisher, log: log, metrics: context.metrics)
        let remover = ChannelRemover(database: database, log: log, metrics: context.metrics)
        return [database, publisher, subscriber, service, remover]
    }

    static func service(
        _ settings: RecorderSettings, database: Database, subscriber: Subscriber, publisher: Publisher, log: Log, metrics: Metrics
    ) -> RecorderService {
        let store = RecordStore(database)
        let parking = Parking(publisher: publisher, log: log, metrics: metrics)
        let recorderMetrics = RecorderMetrics(metrics)
        return RecorderService(settings: settings, subscriber: subscriber) { consumption in
            Flusher(
                save: { try await store.save(Changes($0)) },
                mark: { try await store.mark(through: $0) },
                park: { delivery, reason in
                    try await parking.park([ParkedMessage(delivery, because: .poison, reason: reason, from: .recordEvents)])
                },
                acknowledge: { await consumption.acknowledge($0) }, metrics: recorderMetrics, log: log)
        }
    }
}
