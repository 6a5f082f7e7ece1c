import JSON
public import Model

/// One request as its producer sent it, with its document not yet read.
public struct Submission: Sendable {
    public let tenant: TenantName
    public let lane: Lane
    /// The id that the sender gave; nil where there is none or it is not a UUID.
    public let id: RequestID?
    /// The broker user that published it, checked by the broker; nil where the sender did not set the property.
    public let user: String?
    /// When it was sent.
    public let sentAt: Timestamp
    /// W3C Trace Context.
    public let traceparent: String?
    /// The document of `posthorn.request.v1`.
    public let body: [UInt8]
    /// The type of the document that the sender gave; nil where it gave none.
    let type: String?
    /// What is wrong with its message; nil where nothing is.
    let defect: ContractError?
    /// Whether the broker redelivers it: it was delivered before and not acknowledged.
    public let isRedelivered: Bool

    public init(
        tenant: TenantName, lane: Lane, id: RequestID, user: String, sentAt: Timestamp = .now, traceparent: String? = nil,
        body: [UInt8], isRedelivered: Bool = false
    ) {
        self.init(
            tenant: tenant, lane: lane, id: id, user: user, sentAt: sentAt, traceparent: traceparent, body: body,
            type: MessageType.request, isRedelivered: isRedelivered)
    }

    init(
        tenant: TenantName, lane: Lane, id: RequestID?, user: String?, sentAt: Timestamp, traceparent: String?, body: [UInt8],
        type: String?, defect: ContractError? = nil, isRedelivered: Bool
    ) {
        self.tenant = tenant
        self.lane = lane
        self.id = id
        self.user = user
        self.sentAt = sentAt
        self.traceparent = traceparent
        self.body = body
        self.type = type
        self.defect = defect
        self.isRedelivered = isRedelivered
    }

    /// Reads the document.
    ///
    /// - Parameter known: the media that a request may name.
    public func request(known: Media = .posthorn) throws(ContractError) -> Request {
        if let defect { throw defect }
        guard type == MessageType.request else { throw .wrongType(expected: MessageType.request, found: type) }
        guard body.count <= Request.sizeLimit else { throw .tooLarge(bytes: body.count, limit: Request.sizeLimit) }
        let document: JSON
        do { document = try JSON(parsing: body) } catch { throw .syntax(error) }
        do { return try Request(document, known: known) } catch { throw .field(error) }
    }
}
