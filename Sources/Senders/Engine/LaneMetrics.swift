import Model
import Runtime

/// What one lane of one medium tells about itself.
struct LaneMetrics: Sendable {
    let inFlight: Gauge
    private let verdicts: [String: Counter]
    private let deferrals: [Deferral: Counter]
    private let latency: Histogram

    init(medium: Medium, lane: Lane, metrics: Metrics) {
        let labels = [("medium", medium.rawValue), ("lane", lane.rawValue)]
        inFlight = metrics.gauge(
            "posthorn_sender_in_flight", "Notifications that are with a provider now, or wait for it", labels: labels)
        latency = metrics.histogram(
            "posthorn_sender_latency_seconds", "From the request's acceptance to a notification's successful hand-over",
            labels: labels)
        verdicts = Dictionary(
            uniqueKeysWithValues: Verdict.labels.map { label in
                (
                    label,
                    metrics.counter(
                        "posthorn_sender_verdicts_total", "Verdicts of providers after the chain",
                        labels: labels + [("verdict", label)])
                )
            })
        deferrals = Dictionary(
            uniqueKeysWithValues: Deferral.allCases.map { why in
                (
                    why,
                    metrics.counter(
                        "posthorn_sender_deferred_total", "Notifications that were put aside without an attempt",
                        labels: labels + [("why", why.rawValue)])
                )
            })
    }

    func settled(_ notification: Notification, _ verdict: Verdict) {
        if case .deferred(let why) = verdict { deferrals[why]?.increment() }
        verdicts[verdict.label]?.increment()
        if verdict.isSuccess {
            latency.observe(Double(Timestamp.now.milliseconds - notification.request.time.milliseconds) / 1000)
        }
    }
}

extension Verdict {
    fileprivate static let labels = [
        "delivered", "accepted", "sent", "retry", "failing", "refused", "unsendable", "endpoint-gone", "unknown",
    ]

    fileprivate var isSuccess: Bool {
        switch self {
        case .delivered, .accepted, .sent: true
        default: false
        }
    }
}
