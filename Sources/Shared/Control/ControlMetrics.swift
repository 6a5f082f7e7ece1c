import Runtime
import Topology

/// The metrics of a role's messages on `control`.
struct ControlMetrics: Sendable {
    /// Messages that cannot be read.
    let malformed: Counter
    /// Messages that were not published in time, and questions that came while too many were being answered.
    let dropped: Counter

    init(_ role: ControlRole, _ metrics: Metrics) {
        let labels = [("role", role.rawValue)]
        malformed = metrics.counter(
            "posthorn_control_malformed_total", "Messages on control that cannot be read", labels: labels)
        dropped = metrics.counter(
            "posthorn_control_dropped_total", "Messages on control that were not published or answered in time", labels: labels)
    }
}
