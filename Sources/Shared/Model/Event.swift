/// A step of a notification, of a request or of an endpoint.
public enum Event: Sendable, Equatable {
    case notification(NotificationEvent)
    case request(RequestEvent)
    case endpoint(EndpointEvent)

    public var tenant: TenantName {
        switch self {
        case .notification(let event): event.tenant
        case .request(let event): event.tenant
        case .endpoint(let event): event.tenant
        }
    }

    /// The lane of the request, or the one with which events of endpoints travel.
    public var lane: Lane {
        switch self {
        case .notification(let event): event.lane
        case .request(let event): event.lane
        case .endpoint: EndpointEvent.lane
        }
    }

    /// The second word of the routing key on the `events` exchange.
    public var kind: String {
        switch self {
        case .notification(let event): event.kind.rawValue
        case .request(let event): event.kind.rawValue
        case .endpoint(let event): event.kind.rawValue
        }
    }
}

/// A new status of a notification, or a failed attempt that is retried.
public struct NotificationEvent: Sendable, Equatable {
    public enum Kind: String, CaseIterable, Sendable {
        case created, sending, pending, sent, delivered
        case temporaryFailure = "temporary-failure"
        case permanentFailure = "permanent-failure"
        case technicalFailure = "technical-failure"
        case expired, cancelled
        /// An attempt failed; the next one follows after a retry delay.
        case retrying
        /// An operator has begun another attempt after it had failed. Its own number is between those of the attempts before and after it.
        case replayed

        /// The status after the event.
        public var status: Status {
            switch self {
            case .retrying, .replayed: .created
            default: Status(rawValue: rawValue)!
            }
        }
    }

    /// What the attempt has found out about the endpoint itself.
    public enum EndpointFinding: Sendable {
        /// Nothing that is kept.
        case none
        /// It did not take the notification: it rejected it, was busy, or did not answer. Not a failure of a provider on the way to it.
        case failing
        /// It reported that it no longer exists, so nothing more is sent to it.
        case gone
    }

    public let kind: Kind
    public let notification: NotificationID
    public let request: RequestID
    public let tenant: TenantName
    /// The request's own reference, where it has one.
    public let reference: String?
    public let consumer: String?
    public let endpoint: EndpointID
    public let medium: Medium
    public let lane: Lane
    /// From 1; 0 where there was no attempt.
    public let attempt: Int
    public let at: Timestamp
    /// The provider that accepted it; nil where none did.
    public let provider: String?
    /// The provider's own id of the message.
    public let providerReference: String?
    /// Why it failed, expired or was cancelled.
    public let reason: String?
    public let finding: EndpointFinding
    /// The failed tries of this attempt, and in a final event also those of the attempts before it.
    public let failures: [FailedTry]
    /// The notification that is tried after this one failed; nil where it did not fail, or has no alternative.
    public var continuation: Continuation?

    public init(
        _ kind: Kind, of notification: Notification, attempt: Int, at: Timestamp, provider: String? = nil,
        providerReference: String? = nil, reason: String? = nil, finding: EndpointFinding = .none, failures: [FailedTry] = []
    ) {
        self.init(
            kind: kind, notification: notification.id, request: notification.request, tenant: notification.tenant,
            reference: notification.reference, consumer: notification.consumer, endpoint: notification.endpoint.id,
            medium: notification.medium,
            lane: notification.lane, attempt: attempt, at: at, provider: provider, providerReference: providerReference,
            reason: reason, finding: finding, failures: failures)
    }

    public init(
        kind: Kind, notification: NotificationID, request: RequestID, tenant: TenantName, reference: String?, consumer: String?,
        endpoint: EndpointID, medium: Medium, lane: Lane, attempt: Int, at: Timestamp, provider: String?,
        providerReference: String?,
        reason: String?, finding: EndpointFinding = .none, failures: [FailedTry],
        continuation: Continuation? = nil
    ) {
        self.kind = kind
        self.notification = notification
        self.request = request
        self.tenant = tenant
        self.reference = reference
        self.consumer = consumer
        self.endpoint = endpoint
        self.medium = medium
        self.lane = lane
        self.attempt = attempt
        self.at = at
        self.provider = provider
        self.providerReference = providerReference
        self.reason = reason
        self.finding = finding
        self.failures = failures
        self.continuation = continuation
    }
}

/// A step of a request as a whole.
public struct RequestEvent: Sendable, Equatable {
    public enum Kind: String, CaseIterable, Sendable {
        /// Every notification is on its lane; `notifications` is their final number.
        case expanded = "request-expanded"
        /// It cannot be processed; `reason` says why.
        case rejected = "request-rejected"
        /// It expired before it was expanded.
        case expired = "request-expired"
        /// It was cancelled: before it was expanded, or one of its parts ended early.
        case cancelled = "request-cancelled"
        /// Another request arrived with the same dedupe key and was dropped. This request is unchanged.
        case conflict = "request-conflict"
    }

    public let kind: Kind
    public let request: RequestID
    public let tenant: TenantName
    public let reference: String?
    public let lane: Lane
    public let at: Timestamp
    /// How many notifications this part of the expansion produced. A large channel is expanded in parts, each with an event.
    public let notifications: Int
    /// How many more this part would have produced if the request had not been cancelled; nil where that is not known.
    public let notCreated: Int?
    /// Which part, from 0, of how many.
    public let part: Int
    public let parts: Int
    public let reason: String?

    public init(
        kind: Kind, request: RequestID, tenant: TenantName, reference: String?, lane: Lane, at: Timestamp,
        notifications: Int = 0, notCreated: Int? = nil,
        part: Int = 0, parts: Int = 1, reason: String? = nil
    ) {
        self.kind = kind
        self.request = request
        self.tenant = tenant
        self.reference = reference
        self.lane = lane
        self.at = at
        self.notifications = notifications
        self.notCreated = notCreated
        self.part = part
        self.parts = parts
        self.reason = reason
    }
}
