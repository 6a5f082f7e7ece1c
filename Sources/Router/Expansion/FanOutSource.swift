import Model

/// What all notifications of a request have in common, whether it is expanded at once or by cursors.
struct FanOutSource: Sendable {
    let request: RequestID
    let tenant: TenantName
    let lane: Lane
    let reference: String?
    let acceptedAt: Timestamp?
    let expiresAt: Timestamp?
    let traceparent: String?
    let content: EncodedContent

    init(_ cursor: Cursor) {
        request = cursor.request
        tenant = cursor.tenant
        lane = cursor.lane
        reference = cursor.reference
        acceptedAt = cursor.acceptedAt
        expiresAt = cursor.expiresAt
        traceparent = cursor.traceparent
        content = cursor.content
    }

    init(_ addressed: AddressedRequest, content: EncodedContent) {
        request = addressed.id
        tenant = addressed.tenant
        lane = addressed.lane
        reference = addressed.request.reference
        acceptedAt = addressed.sentAt
        expiresAt = addressed.request.expiresAt
        traceparent = addressed.traceparent
        self.content = content
    }

    /// A request that is expanded twice creates the same notifications with the same ids.
    func notification(for listener: Listener, duplicateRisk: DuplicateRisk, traffic: Traffic = .sparse) -> Notification {
        Notification(
            request: request, tenant: tenant, reference: reference, lane: lane, traffic: traffic, consumer: listener.consumer,
            endpoint: listener.endpoint, acceptedAt: acceptedAt, duplicateRisk: duplicateRisk, expiresAt: expiresAt,
            traceparent: traceparent, content: content, alternatives: Alternatives(listener.alternatives))
    }
}
