import Model
import Parking
import Runtime

/// What the two queues of a medium's lane share.
struct SenderLane: Sendable {
    let medium: Medium
    let lane: Lane
    let chain: ProviderChain
    let schedule: RetrySchedule
    let ground: SenderGround
    let parking: Parking
    /// How many notifications of a queue are begun and not settled at most.
    let windows: [Traffic: Int]
    let marker: RecordMarker
    /// A second copy may come by the other queue.
    let recent = RecentAttempts.Shared()
    let metrics: Metrics
    let log: Log

    init(
        medium: Medium, lane: Lane, chain: ProviderChain, schedule: RetrySchedule, ground: SenderGround, parking: Parking,
        windows: [Traffic: Int], metrics: Metrics, log: Log
    ) {
        self.medium = medium
        self.lane = lane
        self.chain = chain
        self.schedule = schedule
        self.ground = ground
        self.parking = parking
        self.windows = windows
        marker = RecordMarker(lane: lane) { [publisher = ground.publisher] in _ = await publisher.attempt([$0]) }
        self.metrics = metrics
        self.log = log
    }

    var services: [any Service] { Traffic.allCases.map { LaneService(self, $0) } }
}
