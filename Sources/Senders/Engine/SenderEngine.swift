public import Model
import Parking
public import Runtime

/// Builds the senders of one process: for each medium, a lane service for each lane.
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
            let lanes = Lane.allCases.map { lane in
                let window = settings.prefetch[lane]!
                return LaneService(
                    medium: medium, lane: lane, prefetch: window, ground: grounds[lane]!, parking: parking[lane]!,
                    chain: chain(lane).gated(window: window, lane: lane, breakers: breakers), log: log, metrics: metrics)
            }
            return [news] + lanes
        }
    }
}
