import Cancellations
import Connections
import Model
import Runtime

/// What the two queues of a medium's lane share.
struct SenderLane: Sendable {
    let medium: Medium
    let lane: Lane
    let chains: ProviderChains
    let schedule: RetrySchedule
    let connections: LaneConnections
    /// How many notifications of a queue are begun and not settled at most.
    let windows: [Traffic: Int]
    let marker: RecordMarker
    let cancelled: CancelledRequests
    let disabled: DisabledEndpoints
    /// A second copy may come over the other queue.
    let recent = RecentAttempts.Shared()
    let metrics: Metrics
    let log: Log

    var services: [any Service] { Traffic.allCases.map { LaneService(self, $0) } }
}
