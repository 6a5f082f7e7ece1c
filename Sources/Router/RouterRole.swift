import Broker
import Cancellations
import Connections
import Contract
import Control
import Database
import Lanes
public import Model
import Queueing
public import Runtime
import Topology

/// Expands requests into notifications.
public struct RouterRole: Role {
    public let name = "router"
    private let media: Media

    /// - Parameter media: the media that requests may name and for which notifications are created.
    public init(media: Media = .posthorn) { self.media = media }

    public func services(settings reader: inout SettingsReader, context: RoleContext) throws -> [any Service] {
        let settings = RouterSettings(reading: &reader)
        let broker = BrokerSettings(reading: &reader)
        let database = DatabaseSettings(reading: &reader)
        let log = context.log.scoped(to: name)
        let connections = RoleConnections(
            name, broker: broker, database: database, priorityConnections: 4, otherConnections: database.poolSize,
            context: context, log: log)
        let inspector = connections.onEach { BrokerInspector(settings: broker, name: "\($0.name): inspect", log: log) }
        let cancelled = CancelledRequests()
        let others = connections.others
        let laneSettings = LaneSettingsService(
            .init(table: { [store = LaneSettingsStore(others.database)] in try await store.all() }), startLimit: .zero, log: log)
        let lanes = Lane.allCases.flatMap { lane in
            self.lane(
                lane, settings, on: connections[lane], inspector: inspector(lane),
                isPaused: { laneSettings[LaneName($0, lane)].isPaused }, trustedUsers: [broker.user], cancelled, log,
                context.metrics)
        }
        let control = ControlService(
            Participant(.router), subscriber: others.subscriber, publisher: others.publisher, log: log, metrics: context.metrics)
        control.interrupted { laneSettings.refreshSoon() }
        control.receive(LaneSettingsNotice.self) { _, _ in laneSettings.refreshSoon() }
        let cancellations = CancellationService(
            cancelled, table: CancellationTable(others.database), control: control, log: log, metrics: context.metrics)
        let reports = PoisonReportService(
            subscriber: others.subscriber, publisher: FanOutPublisher(publisher: others.publisher, log: log),
            ledger: RequestLedger(others.database), trustedUsers: [broker.user], retries: Self.retries, log: log)
        return connections.services + [control, laneSettings, cancellations] + lanes + [reports]
    }

    /// What one lane needs: its queues of requests, and the cursors of each medium.
    private func lane(
        _ lane: Lane, _ settings: RouterSettings, on connections: LaneConnections, inspector: BrokerInspector,
        isPaused: @escaping @Sendable (Medium) -> Bool, trustedUsers: Set<String>, _ cancelled: CancelledRequests, _ log: Log,
        _ metrics: Metrics
    ) -> [any Service] {
        let directory = Directory(connections.database)
        let ledger = RequestLedger(connections.database)
        let publisher = FanOutPublisher(publisher: connections.publisher, log: log.scoped(to: lane.rawValue))
        // The bursts of requests and the cursors share the room on a lane.
        let gauges = Dictionary(
            uniqueKeysWithValues: media.all.map { medium in
                let queue = QueueName.send(medium, lane, .burst)
                return (
                    medium,
                    LaneGauge(
                        queue: queue, settings: settings, depth: inspector.depth, isPaused: { isPaused(medium) }, log: log,
                        metrics: metrics)
                )
            })
        let expander = Self.expander(
            settings, media: media, trustedUsers: trustedUsers, directory: directory, ledger: ledger, cancelled: cancelled,
            log: log)
        // Each queue is consumed separately, so that tenants with different queues do not wait for each other.
        let requests = QueueName.requests(lane).map { queue in
            RequestService(
                lane: lane, queue: queue, prefetch: settings.requestPrefetch, subscriber: connections.subscriber,
                publisher: publisher, parking: connections.parking, expander: expander, ledger: ledger, gauges: gauges,
                chunk: settings.chunk, retries: Self.retries, log: log, metrics: metrics)
        }
        let cursors = media.all.map { medium in
            CursorService(
                medium: medium, lane: lane, settings: settings, subscriber: connections.subscriber, publisher: publisher,
                parking: connections.parking,
                reader: CursorReader(directory: directory, firstMedia: FirstMediumLedger(connections.database)),
                ledger: CursorLedger(connections.database), remaining: RemainingListeners(connections.database),
                cancelled: cancelled, listeners: Self.listeners, gauge: gauges[medium]!,
                drops: DropMetrics(lane: lane, metrics: metrics),
                retries: Self.retries,
                log: log)
        }
        return requests + cursors
    }

    /// The stages of a request, in running order.
    static func expander(
        _ settings: RouterSettings, media: Media = .posthorn, trustedUsers: Set<String>, directory: Directory,
        ledger: RequestLedger, cancelled: CancelledRequests = CancelledRequests(),
        listeners: ListenerPipeline = listeners, log: Log = .discarded,
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) -> Expander {
        Expander(
            admission: Pipeline(AuthoriseStage(trustedUsers: trustedUsers))
                .then(DecodeStage(media: media))
                .then(DeduplicateStage(ledger: ledger)),
            expansion: Pipeline(CancelStage { cancelled.contains($0.request, of: $0.tenant) })
                .then(ResolveStage(directory: directory))
                .then(RuleStage(now: now))
                .then(EncodeStage())
                .then(
                    FanOutStage(
                        directory: directory, ledger: ledger, listeners: listeners, inlineLimit: settings.inlineLimit,
                        division: settings.division, media: media, now: now)),
            retries: retries, log: log)
    }

    /// The stages that decide on each listener of a request, in running order: for a small audience at once, for a large one page by page.
    static let listeners = ListenerPipeline([])

    /// The database cancels a statement that takes too long, which depends on the number of requests in a batch. Invalid values fail every time.
    /// Everything else is transient: the database becomes available again, or an operator fixes it.
    static let retries = RetryPolicy { error in
        switch error as? DatabaseError {
        case .timedOut?: .tooMuch
        case let error? where error.isFaultOfData: .permanent(why: error.description)
        default: .transient
        }
    }
}
