import Parking
public import Runtime

/// Builds the senders of one process: for each medium the news of its breakers, and a lane service for each of the two queues of each lane.
public struct SenderEngine: Sendable {
    /// In the order in which they start.
    public let services: [any Service]

    /// - Parameters:
    ///   - media: at most one for each medium.
    ///   - grounds: what each lane stands on.
    public init(
        media: [MediumSetup], settings: SenderSettings, grounds: PerLane<SenderGround>, log: Log, metrics: Metrics
    ) {
        precondition(Set(media.map(\.medium)).count == media.count, "a medium is served once")
        let parking = PerLane { Parking(publisher: grounds[$0].publisher, log: log, metrics: metrics) }
        let windows = settings.windows
        services = media.flatMap { medium -> [any Service] in
            let pool = ProviderPool(medium, windows: windows, log: log, metrics: metrics)
            let news = BreakerNewsService(
                medium: medium.medium, breakers: pool.breakers, subscriber: grounds[.normal].subscriber,
                publisher: grounds[.normal].publisher, log: log, metrics: metrics)
            let lanes = PerLane { lane in
                SenderLane(
                    medium: medium.medium, lane: lane, chain: pool.chain(for: lane), schedule: medium.schedules[lane],
                    ground: grounds[lane], parking: parking[lane], windows: windows[lane],
                    marker: RecordMarker(lane: lane) { [publisher = grounds[lane].publisher] in _ = await publisher.attempt([$0])
                    },
                    metrics: metrics, log: log)
            }
            return medium.services + [news] + lanes.all.flatMap(\.services)
        }
    }
}
