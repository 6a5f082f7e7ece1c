import Model
import Runtime
import Synchronization
import Topology

/// What the settling of one lane tells about itself.
final class SettlerMetrics: Sendable {
    private let refusals: [HoldStep: Counter]
    private let gate = Mutex(LogGate())

    init(lane: Lane, metrics: Metrics) {
        refusals = Dictionary(
            uniqueKeysWithValues: HoldStep.allCases.map { step in
                (
                    step,
                    metrics.counter(
                        "posthorn_sender_hold_refused_total", "Notifications that a full hold did not take",
                        labels: [("step", step.rawValue), ("lane", lane.rawValue)])
                )
            })
    }

    func refused(_ count: Int, by step: HoldStep, _ log: Log) {
        refusals[step]?.increment(by: count)
        guard let all = gate.withLock({ $0.admit(count) }) else { return }
        log.error("a hold is full, other holds are tried", ["step": step.rawValue, "notifications": all])
    }
}
