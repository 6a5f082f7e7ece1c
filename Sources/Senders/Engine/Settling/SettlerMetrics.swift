import Model
import Runtime
import Synchronization
import Topology

/// The metrics of one lane's settler.
final class SettlerMetrics: Sendable {
    let settled: Counter
    private let refusals: CaseCounters<RetryDelay>
    private let gate = Mutex(LogGate())

    init(medium: Medium, lane: Lane, metrics: Metrics) {
        settled = metrics.counter(
            "posthorn_sender_settled_total", "Notifications that were settled: sent, retried later, or given up",
            labels: [("medium", medium.rawValue), ("lane", lane.rawValue)])
        refusals = CaseCounters(
            "posthorn_sender_retry_queue_rejected_total", "Notifications that a full retry delay queue rejected", by: "delay",
            labels: [("lane", lane.rawValue)], metrics: metrics)
    }

    func refused(_ count: Int, by step: RetryDelay, _ log: Log) {
        refusals.increment(step, by: count)
        guard let all = gate.withLock({ $0.admit(count) }) else { return }
        log.error("retry delay queue is full, trying others", ["delay": step.rawValue, "notifications": all])
    }
}
