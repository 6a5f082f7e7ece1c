import JSON

/// One message for one endpoint.
public struct Notification: Sendable {
    public let id: NotificationID
    public let request: RequestID
    public let tenant: TenantName
    /// The request's own reference, where it has one.
    public let reference: String?
    public let lane: Lane
    /// Which of its lane's queues it uses, from the first attempt to the last unless it is isolated.
    public var traffic: Traffic
    /// The consumer's name; nil where the request named the address itself.
    public let consumer: String?
    public let endpoint: Endpoint
    /// When its request was accepted; nil where an earlier version has published it. Retries end some time after it.
    public let acceptedAt: Timestamp?
    /// The number of the next attempt, from 1.
    public var attempt: Int
    /// How often it has been deferred without an attempt, because its destination was unavailable.
    public var deferrals: Int
    /// How often it was returned to a queue by a process that ended, since its last attempt that came to an end.
    public var returns = 0
    public var duplicateRisk: DuplicateRisk
    /// Since when it is known as a possible duplicate; nil where it is none, or where this is to be determined again.
    public var possibleDuplicateSince: Timestamp?
    /// No attempt before this time: it comes from a shorter retry delay queue than intended. nil where an attempt is due now.
    public var notBefore: Timestamp?
    /// The provider that may have sent it in the attempt before, and is to be asked; nil where it is to be sent.
    public var reconciliation: Reconciliation?
    /// The failed tries of earlier attempts, the first ones left out where there were many.
    public private(set) var history: [FailedTry]
    /// It is not sent after this time.
    public let expiresAt: Timestamp?
    /// W3C Trace Context, passed on unchanged.
    public let traceparent: String?
    public let content: EncodedContent
    /// The values for its recipient alone; nil where there are none.
    public var values: NotificationValues?
    /// The endpoints to try if this one fails; nil where there are none.
    public var alternatives: Alternatives?

    public init(
        request: RequestID, tenant: TenantName, reference: String?, lane: Lane, traffic: Traffic = .sparse, consumer: String?,
        endpoint: Endpoint, acceptedAt: Timestamp? = nil,
        attempt: Int = 1, deferrals: Int = 0,
        duplicateRisk: DuplicateRisk = .none, possibleDuplicateSince: Timestamp? = nil, notBefore: Timestamp? = nil,
        reconciliation: Reconciliation? = nil, history: [FailedTry] = [], expiresAt: Timestamp?,
        traceparent: String?, content: EncodedContent, values: NotificationValues? = nil,
        alternatives: Alternatives? = nil, id: NotificationID? = nil
    ) {
        self.id = id ?? .derived(request: request, endpoint: endpoint.id, medium: endpoint.medium)
        self.request = request
        self.tenant = tenant
        self.reference = reference
        self.lane = lane
        self.traffic = traffic
        self.consumer = consumer
        self.endpoint = endpoint
        self.acceptedAt = acceptedAt
        self.attempt = attempt
        self.deferrals = deferrals
        self.duplicateRisk = duplicateRisk
        self.possibleDuplicateSince = possibleDuplicateSince
        self.notBefore = notBefore
        self.reconciliation = reconciliation
        self.history = history
        self.expiresAt = expiresAt
        self.traceparent = traceparent
        self.content = content
        self.values = values
        self.alternatives = alternatives
    }

    public var medium: Medium { endpoint.medium }

    /// The most failed tries that travel with it.
    public static let historyLimit = 12
    /// The most of a try's reason that travels with it, in bytes.
    private static let reasonLimit = 120

    /// Adds failed tries to its history, and leaves out the first ones beyond the limit.
    public mutating func remember(_ failures: [FailedTry]) {
        guard !failures.isEmpty else { return }
        let added = failures.suffix(Self.historyLimit).map { $0.saying($0.reason.bounded(toBytes: Self.reasonLimit)) }
        history = Array((history + added).suffix(Self.historyLimit))
    }
}

/// Whether a notification may have been sent before, so that a sender looks it up before it sends.
public enum DuplicateRisk: String, Sendable {
    /// No sign of an earlier copy.
    case none
    /// May be a second copy: wait until the recorder has caught up, then look it up.
    case possible
    /// Has waited; look it up now.
    case delayed
}
