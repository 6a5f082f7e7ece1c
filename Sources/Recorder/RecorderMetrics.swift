import Model
import Runtime

/// What the recorder tells about itself.
struct RecorderMetrics: Sendable {
    let parked: Counter
    let retries: Counter
    private let events: Counter
    private let messages: Counter
    private let flush: Histogram
    private let lag: Histogram

    init(_ metrics: Metrics) {
        parked = metrics.counter("posthorn_recorder_parked_total", "Messages that could not be recorded and were parked.")
        retries = metrics.counter("posthorn_recorder_retries_total", "Attempts to save or park that failed and were repeated.")
        events = metrics.counter("posthorn_recorder_events_total", "Events that are on record.")
        messages = metrics.counter("posthorn_recorder_messages_total", "Messages of events that are on record.")
        flush = metrics.histogram("posthorn_recorder_flush_seconds", "Time that saving one batch took.")
        lag = metrics.histogram("posthorn_recorder_lag_seconds", "From the oldest event of a batch to its being on record.")
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
        }
    }
}
