import Cancellations
import Connections
import Lanes
import Model
import Runtime

/// What the workers of a medium's lane share, over both of its queues.
struct SenderLane: Sendable {
    let name: LaneName
    let chains: ProviderChains
    let schedule: RetrySchedule
    let connections: LaneConnections
    let sizes: LaneSizes
    let marker: RecordMarker
    let cancelled: CancelledRequests
    let disabled: DisabledEndpoints
    /// A second copy may come over another queue or to another worker.
    let recent = RecentAttempts.Shared()
    let counts = Dictionary(uniqueKeysWithValues: Traffic.allCases.map { ($0, LaneCounts()) })
    let metrics: LaneMetrics
    let settlerMetrics: SettlerMetrics
    let isolationMetrics: IsolationMetrics
    /// Fits the shares of the lane's gates to what its workers may have in flight together.
    ///
    /// Also how many may wait beside them for accounts without a set rate, by account.
    let resizeGates: @Sendable (LaneSizes.Windows, [String: Int]) -> Void
    /// What accounts without a set rate need. For one supervisor.
    let reserveNeeds: AsyncStream<ReserveNeed>
    /// Has the lane's gates defer what waits for an account's rate, while true: a lane that stops does not wait for turns.
    let letGo: @Sendable (Bool) -> Void
    let log: Log

    var medium: Medium { name.medium }
    var lane: Lane { name.lane }
}
