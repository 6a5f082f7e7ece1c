extension Notification {
    /// The notification of the next endpoint, after this one has failed; nil if there is no alternative.
    ///
    /// It is always the same for the same endpoint, so a second copy can be recognised. If this notification may have been tried before, a copy
    /// of the next one may exist already.
    public var onNextEndpoint: Notification? {
        guard let alternatives else { return nil }
        return Notification(
            request: request, tenant: tenant, reference: reference, lane: lane, traffic: traffic, consumer: consumer,
            endpoint: alternatives.endpoints[0], acceptedAt: acceptedAt,
            duplicateRisk: duplicateRisk == .none ? .none : .possible,
            expiresAt: expiresAt, traceparent: traceparent, content: content, values: values,
            alternatives: Alternatives(alternatives.endpoints.dropFirst()))
    }
}

extension NotificationEvent {
    /// The notification of the next endpoint, which was created when this one failed.
    public struct Continuation: Sendable, Equatable {
        public let notification: NotificationID
        public let endpoint: EndpointID
        public let medium: Medium

        public init(notification: NotificationID, endpoint: EndpointID, medium: Medium) {
            self.notification = notification
            self.endpoint = endpoint
            self.medium = medium
        }
    }

    /// The same event, of a notification that continues on another endpoint.
    public func continued(as next: Notification) -> NotificationEvent {
        var event = self
        event.continuation = Continuation(notification: next.id, endpoint: next.endpoint.id, medium: next.medium)
        return event
    }

    /// The event that the continuation was created. It is not published: whoever receives this event knows it.
    public var creationOfContinuation: NotificationEvent? {
        guard let continuation else { return nil }
        return NotificationEvent(
            kind: .created, notification: continuation.notification, request: request, tenant: tenant, reference: reference,
            consumer: consumer, endpoint: continuation.endpoint, medium: continuation.medium, lane: lane, attempt: 0, at: at,
            provider: nil, providerReference: nil, reason: nil, failures: [])
    }
}
