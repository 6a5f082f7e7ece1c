/// Where the fan-out of a large request over one medium stands: a range of consumers, and how far it has come. Whoever takes it expands the
/// next chunk and hands on its continuation. It feeds one medium, so that it waits for that medium's lane alone.
public struct Cursor: Sendable, Equatable {
    public let request: RequestID
    public let tenant: TenantName
    public let lane: Lane
    public let reference: String?
    public let traceparent: String?
    public let audience: Audience
    public let medium: Medium
    public let expiresAt: Timestamp?
    /// Which of the request's cursors this is, from 0, of how many.
    public let part: Int
    public let parts: Int
    /// Consumers up to this number are done.
    public var after: Int64
    /// The range's last consumer number.
    public let through: Int64
    /// How many notifications this part has made so far.
    public var notifications: Int
    public let content: EncodedContent

    public init(
        request: RequestID, tenant: TenantName, lane: Lane, reference: String?, traceparent: String?, audience: Audience,
        medium: Medium, expiresAt: Timestamp?, part: Int, parts: Int, after: Int64, through: Int64, notifications: Int = 0,
        content: EncodedContent
    ) {
        self.request = request
        self.tenant = tenant
        self.lane = lane
        self.reference = reference
        self.traceparent = traceparent
        self.audience = audience
        self.medium = medium
        self.expiresAt = expiresAt
        self.part = part
        self.parts = parts
        self.after = after
        self.through = through
        self.notifications = notifications
        self.content = content
    }
}

/// Who is meant, by the numbers under which the database keeps them.
public struct Audience: Sendable, Equatable {
    public let channels: [Int64]
    /// Consumers whom the request names itself.
    public let consumers: [Int64]
    /// Subscriptions with a higher number came after the request.
    public let watermark: Int64

    public init(channels: [Int64], consumers: [Int64], watermark: Int64) {
        self.channels = channels
        self.consumers = consumers
        self.watermark = watermark
    }
}
