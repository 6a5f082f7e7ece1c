import Model
import Runtime

/// The metrics of one lane of one medium.
struct LaneMetrics: Sendable {
    let inFlight: Gauge
    let consumers: Gauge
    let isPaused: Gauge
    private let deferrals: CaseCounters<Deferral>
    private let cancelled: Counter
    private let latency: Histogram
    private let labels: [(String, String)]
    private let metrics: Metrics

    init(medium: Medium, lane: Lane, metrics: Metrics) {
        labels = [("medium", medium.rawValue), ("lane", lane.rawValue)]
        self.metrics = metrics
        inFlight = metrics.gauge(
            "posthorn_sender_in_flight", "Notifications that are begun and not settled", labels: labels)
        consumers = metrics.gauge(
            "posthorn_sender_lane_consumers", "Consumers of each of the lane's queues that take messages", labels: labels)
        isPaused = metrics.gauge("posthorn_sender_lane_paused", "1 while an operator has paused the lane", labels: labels)
        latency = metrics.histogram(
            "posthorn_sender_latency_seconds", "From the request's acceptance to a notification's successful hand-over",
            labels: labels)
        cancelled = metrics.counter(
            "posthorn_sender_cancelled_total", "Notifications that were not sent because their request was cancelled",
            labels: labels)
        deferrals = CaseCounters(
            "posthorn_sender_deferred_total", "Notifications that were deferred without an attempt", by: "reason", labels: labels,
            metrics: metrics)
    }

    /// A notification failed, and its consumer's next endpoint is tried.
    func continued(on medium: Medium) {
        metrics.counter(
            "posthorn_sender_continued_total", "Notifications that failed and continued on the next endpoint of their consumer",
            labels: labels + [("next", medium.rawValue)]
        ).increment()
    }

    func settled(_ notification: Notification, _ verdict: FinalVerdict) {
        switch verdict {
        case .delivered, .accepted, .sent:
            latency.observe(Double(Timestamp.now.milliseconds - notification.request.time.milliseconds) / 1000)
        case .deferred(let why, _): deferrals.increment(why)
        case .retry, .refused, .endpointGone, .unknown, .unresolved, .cancelled: break
        }
    }

    func settled(_ items: [Settler.Item]) {
        for item in items where item.event?.kind == .cancelled { cancelled.increment() }
    }
}
