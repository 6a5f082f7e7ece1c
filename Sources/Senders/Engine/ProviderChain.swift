import Model

/// The providers of one medium in the order in which they are tried. The next one is tried at once where one certainly has not sent.
public struct ProviderChain: Sendable {
    private let providers: [any Provider]

    /// - Parameter providers: at least one, all of one medium.
    public init(_ providers: [any Provider]) {
        precondition(!providers.isEmpty, "a chain has at least one provider")
        self.providers = providers
    }

    /// - Parameter report: called exactly once for each index.
    func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Outcome) -> Void) {
        attempt(notifications, by: 0, passedOver: []) { index, outcome in report(index, outcome) }
    }

    private func attempt(
        _ notifications: [Notification], by position: Int, passedOver: [NotificationEvent.Failure],
        report: @escaping @Sendable (Int, Outcome) -> Void
    ) {
        let provider = providers[position]
        provider.deliver(notifications) { index, verdict in
            var failures = passedOver
            if let why = verdict.failure {
                failures.append(
                    NotificationEvent.Failure(
                        attempt: notifications[index].attempt, provider: provider.name, reason: why, at: .now))
            }
            guard case .unavailable(let why) = verdict else {
                report(index, Outcome(verdict: verdict, provider: provider.name, failures: failures))
                return
            }
            guard position + 1 < providers.count else {
                report(index, Outcome(verdict: .retry(after: nil, why: why), provider: provider.name, failures: failures))
                return
            }
            attempt([notifications[index]], by: position + 1, passedOver: failures) { _, outcome in report(index, outcome) }
        }
    }
}

/// What a chain came to for one notification.
struct Outcome: Sendable, Equatable {
    /// Never `unavailable`: where every provider was, it is `retry`.
    let verdict: Verdict
    /// The provider that spoke last.
    let provider: String
    /// Each try that failed, the providers that were passed over among them.
    let failures: [NotificationEvent.Failure]
}

extension Verdict {
    /// Why this is no success; nil if it is one.
    fileprivate var failure: String? {
        switch self {
        case .delivered, .accepted, .sent: nil
        case .retry(_, let why), .unavailable(let why), .refused(let why), .endpointGone(let why), .unknown(let why): why
        }
    }
}
