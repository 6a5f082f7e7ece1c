public import Broker
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
    ///   - record: where a notification that may be a repeat is looked up.
    public init(
        media: [Medium: @Sendable (Lane) -> ProviderChain], settings: SenderSettings, subscriber: Subscriber,
        publisher: Publisher,
        record: Record, log: Log, metrics: Metrics
    ) {
        let parking = Parking(publisher: publisher, log: log, metrics: metrics)
        let marker = RecordMarker { _ = await publisher.attempt([$0]) }
        services = media.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { medium, chain -> [any Service] in
            let breakers = BreakerTable(medium: medium, log: log, metrics: metrics)
            let news = BreakerNewsService(
                medium: medium, breakers: breakers, subscriber: subscriber, publisher: publisher, log: log, metrics: metrics)
            let lanes = Lane.allCases.map { lane in
                let window = settings.prefetch[lane]!
                return LaneService(
                    medium: medium, lane: lane, prefetch: window, subscriber: subscriber, publisher: publisher,
                    parking: parking, record: record, marker: marker,
                    chain: chain(lane).gated(window: window, lane: lane, breakers: breakers), log: log,
                    metrics: metrics)
            }
            return [news] + lanes
        }
    }
}
