import Model
import Runtime

/// Counts the listeners of a lane for whom no notification was created.
struct DropMetrics: Sendable {
    let lane: Lane
    let metrics: Metrics

    func count(_ dropped: [DropReason: Int]) {
        for (reason, count) in dropped {
            metrics.counter(
                "posthorn_router_dropped_total", "Listeners for whom no notification was created",
                labels: [("lane", lane.rawValue), ("reason", reason.label)]
            ).increment(by: count)
        }
    }
}
