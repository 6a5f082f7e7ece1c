/// Something that became known, of a notification or of a request.
public enum Event: Sendable, Equatable {
    case notification(NotificationEvent)
    case request(RequestEvent)

    public var tenant: TenantName {
        switch self {
        case .notification(let event): event.tenant
        case .request(let event): event.tenant
        }
    }

    /// That of the request.
    public var lane: Lane {
        switch self {
        case .notification(let event): event.lane
        case .request(let event): event.lane
        }
    }

    /// The second word of the routing key on the `events` exchange.
    public var kind: String {
        switch self {
        case .notification(let event): event.kind.rawValue
        case .request(let event): event.kind.rawValue
        }
    }
}

/// A new status of a notification, or a failed try after which another follows.
public struct NotificationEvent: Sendable, Equatable {
    public enum Kind: String, CaseIterable, Sendable {
        case created, sending, pending, sent, delivered
        case temporaryFailure = "temporary-failure"
        case permanentFailure = "permanent-failure"
        case technicalFailure = "technical-failure"
        case expired
        /// A try failed; the notification is held and tried again.
        case retrying

        /// The status that the event brings.
        public var status: Status { self == .retrying ? .created : Status(rawValue: rawValue)! }
    }

    /// A try that did not succeed, told along with what followed from it.
    public struct Failure: Sendable, Equatable {
        public let attempt: Int
        public let provider: String
        /// What happened, without address, body or secret: "connection refused", "HTTP 503".
        public let reason: String
        public let at: Timestamp

        public init(attempt: Int, provider: String, reason: String, at: Timestamp) {
            self.attempt = attempt
            self.provider = provider
            self.reason = reason
            self.at = at
        }
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
    /// From 1; 0 where nothing has been tried.
    public let attempt: Int
    public let at: Timestamp
    /// Who took it; nil where nobody did.
    public let provider: String?
    /// The provider's own id of the message.
    public let providerReference: String?
    /// Why it failed or expired.
    public let reason: String?
    /// The endpoint said that it is no more, so nothing is sent to it any longer.
    public let endpointGone: Bool
    public let failures: [Failure]

    public init(
        _ kind: Kind, of notification: Notification, attempt: Int, at: Timestamp, provider: String? = nil,
        providerReference: String? = nil, reason: String? = nil, endpointGone: Bool = false, failures: [Failure] = []
    ) {
        self.init(
            kind: kind, notification: notification.id, request: notification.request, tenant: notification.tenant,
            reference: notification.reference, consumer: notification.consumer, endpoint: notification.endpoint.id,
            medium: notification.medium,
            lane: notification.lane, attempt: attempt, at: at, provider: provider, providerReference: providerReference,
            reason: reason, endpointGone: endpointGone, failures: failures)
    }

    public init(
        kind: Kind, notification: NotificationID, request: RequestID, tenant: TenantName, reference: String?, consumer: String?,
        endpoint: EndpointID, medium: Medium, lane: Lane, attempt: Int, at: Timestamp, provider: String?,
        providerReference: String?,
        reason: String?, endpointGone: Bool = false, failures: [Failure]
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
        self.endpointGone = endpointGone
        self.failures = failures
    }
}

/// A step of a request as a whole.
public struct RequestEvent: Sendable, Equatable {
    public enum Kind: String, CaseIterable, Sendable {
        /// Every notification is on its lane; `notifications` says how many were made in the end.
        case expanded = "request-expanded"
        /// It cannot be carried out; `reason` says why.
        case rejected = "request-rejected"
        /// Its time was over before it was expanded.
        case expired = "request-expired"
        /// Another request came under its dedupe key, and nothing was done about that one. The request itself is as it was.
        case conflict = "request-conflict"
    }

    public let kind: Kind
    public let request: RequestID
    public let tenant: TenantName
    public let reference: String?
    public let lane: Lane
    public let at: Timestamp
    /// How many notifications this part of the expansion made. A large channel is expanded in parts, each with an event.
    public let notifications: Int
    /// Which part, from 0, of how many.
    public let part: Int
    public let parts: Int
    public let reason: String?

    public init(
        kind: Kind, request: RequestID, tenant: TenantName, reference: String?, lane: Lane, at: Timestamp,
        notifications: Int = 0,
        part: Int = 0, parts: Int = 1, reason: String? = nil
    ) {
        self.kind = kind
        self.request = request
        self.tenant = tenant
        self.reference = reference
        self.lane = lane
        self.at = at
        self.notifications = notifications
        self.part = part
        self.parts = parts
        self.reason = reason
    }
}
