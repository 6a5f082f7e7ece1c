import Broker
import Connections
import Contract
import Database
import Model
import Queueing
public import Runtime
import Topology

/// Records the status of every request and notification.
public struct RecorderRole: Role {
    public let name = "recorder"

    public init() {}

    public func services(settings reader: inout SettingsReader, context: RoleContext) throws -> [any Service] {
        let settings = RecorderSettings(reading: &reader)
        let broker = BrokerSettings(reading: &reader)
        let database = DatabaseSettings(reading: &reader)
        let log = context.log.scoped(to: name)
        // One more than flushes, so that the deletion of removed channels never delays a flush.
        let connections = RoleConnections(
            name, broker: broker, database: database, priorityConnections: settings.flushes,
            otherConnections: 2 * settings.flushes + 1, context: context, log: log)
        let lanes = Lane.allCases.map { Self.service($0, settings, on: connections[$0], log: log, metrics: context.metrics) }
        let remover = ChannelRemover(database: connections.others.database, log: log, metrics: context.metrics)
        return connections.services + lanes + [remover]
    }

    static func service(
        _ lane: Lane, _ settings: RecorderSettings, on connections: LaneConnections, log: Log, metrics: Metrics
    ) -> RecorderService {
        let store = RecordStore(connections.database)
        let recorderMetrics = RecorderMetrics(lane, metrics)
        return RecorderService(lane: lane, settings: settings, subscriber: connections.subscriber) { consumption in
            Flusher(
                save: { try await store.save(Changes($0)) },
                mark: { try await store.mark(lane, through: $0) },
                park: { delivery, reason in
                    try await connections.parking.park([
                        ParkedMessage(delivery, because: .poison, reason: reason, from: .record(lane))
                    ])
                },
                acknowledge: { await consumption.acknowledge($0) }, metrics: recorderMetrics,
                retries: retries(recorderMetrics), log: log)
        }
    }

    /// Invalid values fail every time. Everything else is transient: the database becomes available again, or an operator fixes it.
    static func retries(
        _ metrics: RecorderMetrics, backOff: @escaping @Sendable () -> BackOff = { BackOff() }
    ) -> RetryPolicy {
        RetryPolicy(
            backOff: backOff, noteRetry: { metrics.retries.increment() },
            classify: { error in
                guard let error = error as? DatabaseError, error.isFaultOfData else { return .transient }
                return .permanent(why: error.description)
            })
    }
}
