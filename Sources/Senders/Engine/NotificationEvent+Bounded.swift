import Model

extension NotificationEvent {
    private static let failureLimit = 16

    /// The same event in a form that can always be published: texts from providers are cut, and only the last failures are kept.
    var bounded: NotificationEvent {
        NotificationEvent(
            kind: kind, notification: notification, request: request, tenant: tenant, reference: reference?.cut,
            consumer: consumer?.cut, endpoint: endpoint, medium: medium, lane: lane, attempt: attempt, at: at,
            provider: provider?.cut,
            providerReference: providerReference?.cut, reason: reason?.cut, endpointGone: endpointGone,
            failures: failures.suffix(Self.failureLimit).map { failure in
                Failure(attempt: failure.attempt, provider: failure.provider.cut, reason: failure.reason.cut, at: failure.at)
            })
    }
}

extension String {
    fileprivate var cut: String { bounded(toBytes: 500) }
}
