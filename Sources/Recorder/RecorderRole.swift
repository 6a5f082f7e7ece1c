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
        // Two more than flushes, so that the deletion of removed channels and the search for failing endpoints never delay a flush.
        let connections = RoleConnections(
            name, broker: broker, database: database, priorityConnections: settings.flushes,
            otherConnections: 2 * settings.flushes + 2, context: context, log: log)
        let known = KnownFailures.Shared()
        let lanes = Lane.allCases.map {
            Self.service($0, settings, on: connections[$0], known: known, log: log, metrics: context.metrics)
        }
        let remover = ChannelRemover(database: connections.others.database, log: log, metrics: context.metrics)
        let disabler = EndpointDisabler(
            settings: .init(limit: settings.endpointLimit), database: connections.others.database, known: known,
            publisher: connections.others.publisher, log: log, metrics: context.metrics)
        return connections.services + lanes + [remover, disabler]
    }

    static func service(
        _ lane: Lane, _ settings: RecorderSettings, on connections: LaneConnections,
        known: KnownFailures.Shared = KnownFailures.Shared(), log: Log, metrics: Metrics
    ) -> RecorderService {
        let store = RecordStore(connections.database)
        let recorderMetrics = RecorderMetrics(lane, metrics)
        return RecorderService(lane: lane, settings: settings, subscriber: connections.subscriber) { consumption in
            Flusher(
                save: { try await store.save($0, known) },
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
