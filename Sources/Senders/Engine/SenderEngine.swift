public import Connections
import Model
public import Runtime

/// Builds the senders of one process: what is known of disabled
/// endpoints, and for each medium its breaker notices and a lane service for each of the two queues of each lane.
public struct SenderEngine: Sendable {
    /// In the order in which they start.
    public let services: [any Service]

    /// - Parameters:
    ///   - media: at most one for each medium.
    ///   - connections: to the broker and the database, which the caller starts.
    public init(
        media: [MediumSetup], settings: SenderSettings, connections: RoleConnections, log: Log, metrics: Metrics
    ) {
        precondition(Set(media.map(\.medium)).count == media.count, "a medium is served once")
        let windows = settings.windows
        let disabled = DisabledEndpoints()
        let disabledEndpoints = DisabledEndpointService(disabled, database: connections.others.database, log: log)
        services =
            [disabledEndpoints]
            + media.flatMap { medium -> [any Service] in
                let pool = ProviderPool(medium, windows: windows, weights: settings.weights, log: log, metrics: metrics)
                let notices = BreakerNoticeService(
                    medium: medium.medium, breakers: pool.breakers, subscriber: connections.others.subscriber,
                    publisher: connections.others.publisher, log: log, metrics: metrics)
                let lanes = PerLane { lane in
                    SenderLane(
                        medium: medium.medium, lane: lane, chains: pool.chains(for: lane),
                        schedule: medium.schedules[lane].limited(by: settings.retries[lane]),
                        connections: connections[lane], windows: windows[lane],
                        marker: RecordMarker(lane: lane) { [publisher = connections[lane].publisher] in
                            _ = await publisher.attempt([$0])
                        },
                        disabled: disabled, metrics: metrics, log: log)
                }
                return medium.services + [notices] + lanes.all.flatMap(\.services)
            }
    }
}
