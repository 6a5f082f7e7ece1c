import Broker
import Contract
import Database
import Model
public import Runtime
import Topology

/// Expands requests into notifications.
public enum RouterRole: Role {
    public static let name = "router"

    public static func services(settings reader: inout SettingsReader, context: RoleContext) throws -> [any Service] {
        let settings = RouterSettings(reading: &reader)
        let broker = BrokerSettings(reading: &reader)
        let log = context.log.scoped(to: name)
        let database = Database(settings: DatabaseSettings(reading: &reader), log: log, metrics: context.metrics)
        let subscriber = Subscriber(settings: broker, name: "\(name): consume", log: log, metrics: context.metrics)
        let publisher = Publisher(settings: broker, name: "\(name): publish", log: log, metrics: context.metrics)
        context.readiness.condition("\(name): broker") { publisher.isReady && subscriber.isReady }
        let inspector = BrokerInspector(settings: broker, name: "\(name): inspect", log: log)
        let gauge = LaneGauge(settings: settings, log: log) { try await inspector.depth(of: $0.name).messages }
        let ledger = RequestLedger(database)
        let pipeline = stages(settings, trustedUsers: [broker.user], directory: Directory(database), ledger: ledger)
        let requests = Lane.allCases.map { lane in
            RequestService(
                lane: lane, prefetch: settings.requestPrefetch, subscriber: subscriber, publisher: publisher, pipeline: pipeline,
                ledger: ledger, log: log, metrics: context.metrics)
        }
        let cursors = Lane.allCases.map { lane in
            CursorService(
                lane: lane, settings: settings, subscriber: subscriber, publisher: publisher, directory: Directory(database),
                ledger: CursorLedger(database), gauge: gauge, log: log)
        }
        let ground: [any Service] = [database, publisher, subscriber]
        return ground + requests + cursors
    }

    /// A request's way, in running order.
    static func stages(
        _ settings: RouterSettings, trustedUsers: Set<String>, directory: Directory, ledger: RequestLedger,
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) -> Pipeline<Submission, FanOut> {
        Pipeline(DecodeStage())
            .then(AuthoriseStage(trustedUsers: trustedUsers))
            .then(DeduplicateStage(ledger: ledger))
            .then(ResolveStage(directory: directory))
            .then(RuleStage(now: now))
            .then(FreezeStage())
            .then(FanOutStage(directory: directory, inlineLimit: settings.inlineLimit, parts: settings.parts, now: now))
    }
}
