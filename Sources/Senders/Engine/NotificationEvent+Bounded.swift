import Model

extension NotificationEvent {
    private static let failureLimit = 16

    /// The same event in a form that can always be published: texts from providers are cut, and only the last failures are kept.
    var bounded: NotificationEvent {
        NotificationEvent(
            kind: kind, notification: notification, request: request, tenant: tenant, reference: reference?.cut,
            consumer: consumer?.cut, endpoint: endpoint, medium: medium, lane: lane, attempt: attempt, at: at,
            provider: provider?.cut,
            providerReference: providerReference?.cut, reason: reason?.cut, finding: finding,
            failures: failures.suffix(Self.failureLimit).map { $0.saying($0.reason.cut) }, continuation: continuation)
    }
}

extension String {
    fileprivate var cut: String { bounded(toBytes: 500) }
}
