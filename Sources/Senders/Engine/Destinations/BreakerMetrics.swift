import Model
import Runtime

/// The metrics of one medium's breakers. There is no label for the destination: a tenant can register any number of them.
struct BreakerMetrics: Sendable {
    private let open: Gauge
    private let opened: Counter
    private let closed: Counter

    init(medium: Medium, metrics: Metrics) {
        let label = ("medium", medium.rawValue)
        open = metrics.gauge("posthorn_sender_breakers_open", "Destinations whose breaker is open", labels: [label])
        func transitions(_ to: String) -> Counter {
            metrics.counter(
                "posthorn_sender_breaker_transitions_total", "Breakers that opened or closed", labels: [label, ("to", to)])
        }
        (opened, closed) = (transitions("open"), transitions("closed"))
    }

    /// - Parameter wasOpen: a probe that fails opens a breaker that counts as open already.
    func count(_ transition: Breaker.Transition, wasOpen: Bool) {
        switch transition {
        case .opened:
            opened.increment()
            if !wasOpen { open.add(1) }
        case .closed:
            closed.increment()
            open.add(-1)
        }
    }

    func forgot() { open.add(-1) }
}
