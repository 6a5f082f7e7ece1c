public import Model
import Parking
public import Runtime

/// Builds the senders of one process: for each medium and lane, a lane service for each of its two queues.
public struct SenderEngine: Sendable {
    /// In the order in which they start.
    public let services: [any Service]

    /// - Parameters:
    ///   - media: for each medium to be sent, the chain that a lane uses. It is asked once for each lane, so that no lane waits for
    ///     another's connections.
    ///   - ground: what a lane stands on.
    public init(
        media: [Medium: @Sendable (Lane) -> ProviderChain], settings: SenderSettings, ground: (Lane) -> SenderGround, log: Log,
        metrics: Metrics
    ) {
        let grounds = Dictionary(uniqueKeysWithValues: Lane.allCases.map { ($0, ground($0)) })
        let parking = grounds.mapValues { Parking(publisher: $0.publisher, log: log, metrics: metrics) }
        services = media.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { medium, chain -> [any Service] in
            let breakers = BreakerTable(medium: medium, log: log, metrics: metrics)
            let news = BreakerNewsService(
                medium: medium, breakers: breakers, subscriber: grounds[.normal]!.subscriber,
                publisher: grounds[.normal]!.publisher, log: log, metrics: metrics)
            let lanes = Lane.allCases.flatMap { lane in
                // Both queues of a lane share its providers, so that services take turns at a destination whichever they come by.
                let windows = Dictionary(uniqueKeysWithValues: Traffic.allCases.map { ($0, settings.window(lane, $0)) })
                let chain = chain(lane).gated(windows: windows, lane: lane, breakers: breakers, metrics: metrics)
                let recent = RecentAttempts.Shared()
                let marker = RecordMarker(lane: lane) { [publisher = grounds[lane]!.publisher] in
                    _ = await publisher.attempt([$0])
                }
                return Traffic.allCases.map { traffic in
                    LaneService(
                        medium: medium, lane: lane, traffic: traffic, prefetch: settings.window(lane, traffic),
                        ground: grounds[lane]!, parking: parking[lane]!, recent: recent, marker: marker,
                        chain: chain, log: log, metrics: metrics)
                }
            }
            return [news] + lanes
        }
    }
}
