/// The position in the fan-out of a large request over one medium: a range of consumers, and how far the expansion has come. The router that
/// consumes it expands the next chunk and publishes the continuation. It is for one medium, so that it waits for that medium's lane alone.
public struct Cursor: Sendable, Equatable {
    public let request: RequestID
    public let tenant: TenantName
    public let lane: Lane
    public let reference: String?
    /// When the request was accepted; nil where an earlier version has published it.
    public let acceptedAt: Timestamp?
    public let traceparent: String?
    public let audience: Audience
    public let medium: Medium
    /// The order in which a consumer's endpoints are tried if one success is enough; nil if each of them gets a notification. The cursor is then
    /// for the consumers whose first endpoint is on its medium.
    public let order: EndpointOrder?
    public let expiresAt: Timestamp?
    /// Which of the request's cursors this is, from 0, of how many.
    public let part: Int
    public let parts: Int
    /// Consumers up to this number are done.
    public var after: Int64
    /// The range's last consumer number.
    public let through: Int64
    /// How many notifications this part has produced so far.
    public var notifications: Int
    public let content: EncodedContent

    public init(
        request: RequestID, tenant: TenantName, lane: Lane, reference: String?, acceptedAt: Timestamp? = nil,
        traceparent: String?, audience: Audience, medium: Medium, order: EndpointOrder? = nil, expiresAt: Timestamp?, part: Int,
        parts: Int, after: Int64, through: Int64, notifications: Int = 0,
        content: EncodedContent
    ) {
        self.request = request
        self.tenant = tenant
        self.lane = lane
        self.reference = reference
        self.acceptedAt = acceptedAt
        self.traceparent = traceparent
        self.audience = audience
        self.medium = medium
        self.order = order
        self.expiresAt = expiresAt
        self.part = part
        self.parts = parts
        self.after = after
        self.through = through
        self.notifications = notifications
        self.content = content
    }
}

/// The recipients of a request, by their numbers in the database.
public struct Audience: Sendable, Equatable {
    public let channels: [Int64]
    /// Consumers that the request names itself.
    public let consumers: [Int64]
    /// Subscriptions with a higher number were added after the request was accepted.
    public let watermark: Int64

    public init(channels: [Int64], consumers: [Int64], watermark: Int64) {
        self.channels = channels
        self.consumers = consumers
        self.watermark = watermark
    }
}
