import Model

/// The providers of one medium in the order in which they are tried. If one has certainly not sent, the next is tried at once.
struct ProviderChain: Sendable {
    private let providers: [any Provider]

    /// - Parameter providers: at least one, all of one medium.
    init(_ providers: [any Provider]) {
        precondition(!providers.isEmpty, "a chain has at least one provider")
        self.providers = providers
    }

    /// - Parameter report: called exactly once for each index.
    func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Outcome) -> Void) {
        attempt(notifications, by: 0, after: Skipped()) { index, outcome in report(index, outcome) }
    }

    /// The providers that have not sent a notification.
    private struct Skipped {
        var failures: [NotificationEvent.Failure] = []
        /// Why the last one that was called could not send; nil if none was called.
        var why: String?
    }

    private func attempt(
        _ notifications: [Notification], by position: Int, after skipped: Skipped,
        report: @escaping @Sendable (Int, Outcome) -> Void
    ) {
        let provider = providers[position]
        provider.deliver(notifications) { index, verdict in
            var skipped = skipped
            if let why = verdict.failure {
                skipped.failures.append(
                    NotificationEvent.Failure(
                        attempt: notifications[index].attempt, provider: provider.name, reason: why, at: .now))
            }
            let last: FinalVerdict
            switch verdict.chainStep {
            case .conclude(let verdict):
                report(index, Outcome(verdict: verdict, provider: provider.name, failures: skipped.failures))
                return
            case .tryNext(let why):
                skipped.why = why
                last = .retry(after: nil, why: why)
            case .skip(let why):
                // An attempt is spent only if a provider was called.
                last = skipped.why.map { .retry(after: nil, why: $0) } ?? .deferred(why: why)
            }
            guard position + 1 < providers.count else {
                report(index, Outcome(verdict: last, provider: provider.name, failures: skipped.failures))
                return
            }
            attempt([notifications[index]], by: position + 1, after: skipped) { _, outcome in report(index, outcome) }
        }
    }
}

extension Verdict {
    /// Why it failed; nil for a success.
    fileprivate var failure: String? {
        switch self {
        case .delivered, .accepted, .sent: nil
        case .deferred(let why): why.description
        case .retry(_, let why), .failing(_, let why), .unavailable(let why), .refused(let why), .unsendable(let why),
            .endpointGone(let why), .unknown(let why):
            why
        }
    }
}
