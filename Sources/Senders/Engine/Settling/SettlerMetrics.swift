import Model
import Runtime
import Synchronization
import Topology

/// What the settling of one lane tells about itself.
final class SettlerMetrics: Sendable {
    private let refusals: CaseCounters<RetryDelay>
    private let gate = Mutex(LogGate())

    init(lane: Lane, metrics: Metrics) {
        refusals = CaseCounters(
            "posthorn_sender_retry_queue_rejected_total", "Notifications that a full hold did not take", by: "step",
            labels: [("lane", lane.rawValue)], metrics: metrics)
    }

    func refused(_ count: Int, by step: RetryDelay, _ log: Log) {
        refusals.increment(step, by: count)
        guard let all = gate.withLock({ $0.admit(count) }) else { return }
        log.error("a hold is full, other holds are tried", ["step": step.rawValue, "notifications": all])
    }
}
