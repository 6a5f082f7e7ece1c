/// One message for one endpoint.
public struct Notification: Sendable {
    public let id: NotificationID
    public let request: RequestID
    public let tenant: TenantName
    /// The request's own reference, where it has one.
    public let reference: String?
    public let lane: Lane
    /// By which of its lane's queues it goes, from its first try to its last.
    public var traffic: Traffic
    /// The consumer's name; nil where the request named the address itself.
    public let consumer: String?
    public let endpoint: Endpoint
    /// From 1: which try the next one is.
    public var attempt: Int
    /// How often it has been put aside without an attempt, because its destination could take nothing.
    public var deferrals: Int
    public var duplicateRisk: DuplicateRisk
    /// When it was first seen that it may have been sent before; nil where that has not been seen, or is to be seen anew.
    public var possibleDuplicateSince: Timestamp?
    /// Before this moment it is not tried: it came back from a shorter hold than it was meant for. nil where it may be tried now.
    public var notBefore: Timestamp?
    /// After this moment it is not sent any more.
    public let expiresAt: Timestamp?
    /// W3C Trace Context, carried along.
    public let traceparent: String?
    public let content: EncodedContent
    /// What it says to its recipient alone; nil where nothing differs.
    public var values: NotificationValues?

    public init(
        request: RequestID, tenant: TenantName, reference: String?, lane: Lane, traffic: Traffic = .sparse, consumer: String?,
        endpoint: Endpoint,
        attempt: Int = 1, deferrals: Int = 0,
        duplicateRisk: DuplicateRisk = .none, possibleDuplicateSince: Timestamp? = nil, notBefore: Timestamp? = nil,
        expiresAt: Timestamp?,
        traceparent: String?, content: EncodedContent, values: NotificationValues? = nil,
        id: NotificationID? = nil
    ) {
        self.id = id ?? .derived(request: request, endpoint: endpoint.id, medium: endpoint.medium)
        self.request = request
        self.tenant = tenant
        self.reference = reference
        self.lane = lane
        self.traffic = traffic
        self.consumer = consumer
        self.endpoint = endpoint
        self.attempt = attempt
        self.deferrals = deferrals
        self.duplicateRisk = duplicateRisk
        self.possibleDuplicateSince = possibleDuplicateSince
        self.notBefore = notBefore
        self.expiresAt = expiresAt
        self.traceparent = traceparent
        self.content = content
        self.values = values
    }

    public var medium: Medium { endpoint.medium }
}

/// Whether a notification may have been sent before, so that a sender looks it up before it sends.
public enum DuplicateRisk: String, Sendable {
    /// On the straight path.
    case none
    /// Perhaps a repeat: wait until the recorder has caught up, then look.
    case possible
    /// Has waited; look now.
    case delayed
}
