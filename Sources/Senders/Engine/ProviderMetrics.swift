import Model
import Runtime

/// What one provider tells about itself on one lane.
struct ProviderMetrics: Sendable {
    private let attempts: Counter
    /// By the kind's number.
    private let verdicts: [Counter]
    private let duration: Histogram
    private let passedOver: [Deferral: Counter]
    private let unavailable: Counter

    init(_ provider: String, medium: Medium, lane: Lane, metrics: Metrics) {
        let labels = [("medium", medium.rawValue), ("lane", lane.rawValue), ("provider", provider)]
        attempts = metrics.counter(
            "posthorn_sender_attempts_total", "Notifications that were handed to a provider", labels: labels)
        verdicts = Verdict.Kind.allCases.map { kind in
            metrics.counter(
                "posthorn_sender_verdicts_total", "Verdicts of a provider on what it was handed",
                labels: labels + [("verdict", kind.label)])
        }
        duration = metrics.histogram(
            "posthorn_sender_attempt_duration_seconds", "From handing a notification to a provider to its verdict", labels: labels
        )
        func passedOver(_ why: String) -> Counter {
            metrics.counter(
                "posthorn_sender_provider_passed_over_total",
                "Notifications for which a provider was passed over: it was not asked, or it certainly could not send",
                labels: labels + [("why", why)])
        }
        self.passedOver = Dictionary(uniqueKeysWithValues: Deferral.allCases.map { ($0, passedOver($0.rawValue)) })
        unavailable = passedOver("unavailable")
    }

    func begun(_ count: Int) { attempts.increment(by: count) }

    func ended(_ verdict: Verdict, after time: Duration) {
        verdicts[verdict.kind.rawValue].increment()
        duration.observe(time)
        switch verdict {
        case .unavailable: unavailable.increment()
        case .deferred(let why): notAsked(why)
        default: break
        }
    }

    /// The gate has put a notification aside.
    func notAsked(_ why: Deferral) { passedOver[why]?.increment() }
}
