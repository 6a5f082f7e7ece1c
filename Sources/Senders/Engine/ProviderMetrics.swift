import Model
import Runtime

/// The metrics of one provider on one lane.
struct ProviderMetrics: Sendable {
    /// Why a provider is skipped and the next of the chain may be tried.
    private enum Cause: String, CaseIterable {
        case breakerOpen = "breaker-open"
        case stalled, busy, connecting, limited, throttled, unavailable

        init(_ why: Deferral) {
            self =
                switch why {
                case .breakerOpen: .breakerOpen
                case .stalled: .stalled
                case .busy: .busy
                case .connecting: .connecting
                case .limited: .limited
                case .throttled: .throttled
                }
        }
    }

    private let attempts: Counter
    private let verdicts: CaseCounters<VerdictKind>
    private let duration: Histogram
    private let skipped: CaseCounters<Cause>
    private let answers: CaseCounters<ReconcileAnswer.Kind>

    init(_ provider: String, medium: Medium, lane: Lane, metrics: Metrics) {
        let labels = [("medium", medium.rawValue), ("lane", lane.rawValue), ("provider", provider)]
        attempts = metrics.counter(
            "posthorn_sender_attempts_total", "Notifications that were handed to a provider", labels: labels)
        verdicts = CaseCounters(
            "posthorn_sender_verdicts_total", "Verdicts of a provider on what it was handed", by: "verdict", labels: labels,
            metrics: metrics)
        duration = metrics.histogram(
            "posthorn_sender_attempt_duration_seconds", "From handing a notification to a provider to its verdict", labels: labels
        )
        skipped = CaseCounters(
            "posthorn_sender_provider_skipped_total",
            "Notifications for which a provider was skipped: it was not called, or it certainly could not send", by: "reason",
            labels: labels, metrics: metrics)
        answers = CaseCounters(
            "posthorn_sender_reconciled_total", "Answers of a provider that was asked about what it may have sent", by: "answer",
            labels: labels, metrics: metrics)
    }

    func answered(_ answer: ReconcileAnswer.Kind) { answers.increment(answer) }

    func begun(_ count: Int) { attempts.increment(by: count) }

    func ended(_ verdict: Verdict, after time: Duration) {
        verdicts.increment(verdict.kind)
        duration.observe(time)
        switch verdict {
        case .unavailable: skipped.increment(.unavailable)
        case .throttled: skipped.increment(.throttled)
        case .deferred(let why, _): notAsked(why)
        default: break
        }
    }

    /// The gate has not begun a notification, because its request was cancelled.
    func cancelled() { verdicts.increment(.cancelled) }

    /// The gate has deferred a notification.
    func notAsked(_ why: Deferral) { skipped.increment(Cause(why)) }
}
