import Broker
import Contract
import Database
import Model
import Parking
import Queueing
public import Runtime
import Topology

/// Records what became of every request and notification.
public struct RecorderRole: Role {
    public let name = "recorder"

    public init() {}

    public func services(settings reader: inout SettingsReader, context: RoleContext) throws -> [any Service] {
        let settings = RecorderSettings(reading: &reader)
        let broker = BrokerSettings(reading: &reader)
        let database = DatabaseSettings(reading: &reader)
        let log = context.log.scoped(to: name)
        // The priority lane has connections of its own, so that nothing which fills up behind the other lanes can be in its way.
        let priority = RecorderGround("\(name) priority", broker, database, connections: settings.flushes, context, log)
        // One more than flushes, so that removed channels never keep one waiting.
        let others = RecorderGround(name, broker, database, connections: 2 * settings.flushes + 1, context, log)
        let lanes = Lane.allCases.map {
            Self.service($0, settings, on: $0 == .priority ? priority : others, log: log, metrics: context.metrics)
        }
        let remover = ChannelRemover(database: others.database, log: log, metrics: context.metrics)
        return priority.services + others.services + lanes + [remover]
    }

    static func service(
        _ lane: Lane, _ settings: RecorderSettings, on ground: RecorderGround, log: Log, metrics: Metrics
    ) -> RecorderService {
        let store = RecordStore(ground.database)
        let recorderMetrics = RecorderMetrics(lane, metrics)
        return RecorderService(lane: lane, settings: settings, subscriber: ground.subscriber) { consumption in
            Flusher(
                save: { try await store.save(Changes($0)) },
                mark: { try await store.mark(lane, through: $0) },
                park: { delivery, reason in
                    try await ground.parking.park([
                        ParkedMessage(delivery, because: .poison, reason: reason, from: .record(lane))
                    ])
                },
                acknowledge: { await consumption.acknowledge($0) }, metrics: recorderMetrics,
                retries: retries(recorderMetrics), log: log)
        }
    }

    /// Values that are at fault themselves are at fault the next time. Everything else passes: the database comes back, or an operator fixes it.
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
