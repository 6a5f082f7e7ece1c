import Contract
import Model
import Runtime

/// The metrics of one account with a rate limit, in this process.
struct LimitMetrics: Sendable {
    private let waiting: Gauge
    private let received: Counter
    private let unused: Counter

    init(account: String, medium: Medium, metrics: Metrics) {
        let labels = [("medium", medium.rawValue), ("provider", account)]
        waiting = metrics.gauge(
            "posthorn_sender_limit_waiting", "Notifications that wait for their turn within a provider's rate", labels: labels)
        received = metrics.counter(
            "posthorn_sender_limit_tokens_total", "Notifications that this process was allowed to send within a provider's rate",
            labels: labels)
        unused = metrics.counter(
            "posthorn_sender_limit_tokens_unused_total", "Those of them that it did not send in time", labels: labels)
    }

    func update(_ lease: TokenLease) {
        waiting.set(lease.wanted.total)
        received.increment(by: lease.received - received.value)
        unused.increment(by: lease.expired - unused.value)
    }
}
