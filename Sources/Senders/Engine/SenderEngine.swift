public import Broker
public import Cancellations
public import Connections
public import Control
import Lanes
import Model
public import Runtime

/// Builds the senders of one process: what is known of disabled endpoints, and for each medium its share of the providers' rates and a
/// supervisor of each lane, which runs the lane's workers; and one service for what is isolated.
public struct SenderEngine: Sendable {
    /// In the order in which they start.
    public let services: [any Service]

    /// - Parameters:
    ///   - media: at most one for each medium.
    ///   - connections: to the broker and the database, which the caller starts.
    ///   - control: started by the caller after the connections; it shares the state of breakers with other senders.
    ///   - cancelled: the requests of which nothing more is sent.
    ///   - limitSubscriber: for messages about rates, with `LimitConnection.heartbeat`. It starts only if a provider has a rate.
    ///   - inspector: for the depths of the isolated queues.
    public init(
        media: [MediumSetup], settings: SenderSettings, connections: RoleConnections, control: ControlService,
        cancelled: CancelledRequests, limitSubscriber: Subscriber, inspector: BrokerInspector, log: Log, metrics: Metrics
    ) {
        precondition(Set(media.map(\.medium)).count == media.count, "a medium is served once")
        let disabled = DisabledEndpoints()
        let disabledEndpoints = DisabledEndpointService(disabled, database: connections.others.database, log: log)
        let pools = media.map { medium in
            ProviderPool(
                medium, windows: PerLane { settings.sizes(of: $0, batch: medium.largestBatch).windows(LaneSettings()) },
                cancelled: cancelled,
                weights: settings.weights, log: log, metrics: metrics
            ) { [weak control] notice in control?.publish(notice, to: .senders(notice.medium)) }
        }
        control.receive(BreakerNotice.self) { notice, _ in
            pools.first { $0.medium == notice.medium }?.breakers.apply(notice, at: .now)
        }
        let lanes = zip(media, pools).flatMap { medium, pool in
            Lane.allCases.map { lane in
                SenderLane(
                    name: LaneName(medium.medium, lane), chains: pool.chains(for: lane),
                    schedule: medium.schedules[lane].limited(by: settings.retries[lane]),
                    connections: connections[lane],
                    sizes: settings.sizes(of: lane, batch: medium.largestBatch, reserve: medium.waitingForRates),
                    marker: RecordMarker(lane: lane) { [publisher = connections[lane].publisher] in
                        _ = await publisher.attempt([$0])
                    },
                    cancelled: cancelled, disabled: disabled,
                    metrics: LaneMetrics(medium: medium.medium, lane: lane, metrics: metrics),
                    settlerMetrics: SettlerMetrics(medium: medium.medium, lane: lane, metrics: metrics),
                    isolationMetrics: IsolationMetrics(medium: medium.medium, lane: lane, metrics: metrics),
                    resizeGates: { pool.resize(lane, to: $0, reserves: $1) }, reserveNeeds: pool.reserveNeeds[lane],
                    letGo: { pool.letGo(lane, $0) }, log: log)
            }
        }
        let limits = pools.compactMap { pool -> LimitService? in
            let limited = pool.accounts.filter { $0.rate != nil }
            guard !limited.isEmpty else { return nil }
            // Login codes wait for these messages, so they are published on the priority lane's connection.
            return LimitService(
                medium: pool.medium, accounts: limited, subscriber: limitSubscriber,
                publisher: connections[.priority].publisher, log: log, metrics: metrics)
        }
        let fleet = LaneFleet(
            lanes, breakers: pools.map(\.breakers), store: LaneSettingsStore(connections.others.database), control: control,
            log: log)
        let byUrgency = Lane.allCases.flatMap { lane in lanes.filter { $0.lane == lane } }
        let isolation = IsolationService(
            lanes: byUrgency, isPaused: { [settings = fleet.settings] in settings[$0.name].isPaused }, inspector: inspector,
            log: log)
        services =
            media.flatMap(\.services) + [disabledEndpoints, fleet.settings] + (limits.isEmpty ? [] : [limitSubscriber]) + limits
            + fleet.supervisors + [isolation]
    }
}
