import Model
import Runtime

/// The metrics of the recorder for one lane.
struct RecorderMetrics: Sendable {
    let parked: Counter
    let retries: Counter
    private let events: Counter
    private let messages: Counter
    private let flush: Histogram
    private let lag: Histogram

    init(_ lane: Lane, _ metrics: Metrics) {
        let labels = [("lane", lane.rawValue)]
        parked = metrics.counter(
            "posthorn_recorder_parked_total", "Messages that could not be recorded and were parked.", labels: labels)
        retries = metrics.counter(
            "posthorn_recorder_retries_total", "Attempts to save or park that failed and were repeated.", labels: labels)
        events = metrics.counter("posthorn_recorder_events_total", "Events that were recorded.", labels: labels)
        messages = metrics.counter("posthorn_recorder_messages_total", "Messages of events that were recorded.", labels: labels)
        flush = metrics.histogram("posthorn_recorder_flush_duration_seconds", "Time that saving one batch took.", labels: labels)
        lag = metrics.histogram(
            "posthorn_recorder_lag_seconds", "Time from the oldest event of a batch until it was recorded.", labels: labels)
    }

    func saved(_ saved: [Event], messages count: Int, in duration: Duration) {
        events.increment(by: saved.count)
        messages.increment(by: count)
        flush.observe(duration)
        guard let oldest = saved.lazy.map(\.at).min() else { return }
        lag.observe(Double(max(0, Timestamp.now.milliseconds - oldest.milliseconds)) / 1000)
    }
}

extension Event {
    fileprivate var at: Timestamp {
        switch self {
        case .notification(let event): event.at
        case .request(let event): event.at
        case .endpoint(let event): event.at
        }
    }
}
