import Model

/// What a batch of events says about one notification, as one row.
///
/// The rules are the same as in the database (see `RecordStore`), so that merging events before saving them has the same result as saving
/// one after the other:
/// - `Progress` decides what changes the row. What was delivered stays, and a failure stays until a later attempt.
/// - With a new status come its provider, reference and reason.
/// - A higher attempt alone is saved with its reason.
struct NotificationChange: Sendable, Equatable {
    let id: NotificationID
    let tenant: TenantName
    let request: RequestID
    let reference: String?
    let consumer: String?
    let endpoint: EndpointID
    let medium: Medium
    let lane: Lane
    private(set) var status: Status
    private(set) var attempt: Int
    private(set) var provider: String?
    private(set) var providerReference: String?
    private(set) var reason: String?
    /// When the first of the events happened.
    private(set) var createdAt: Timestamp
    /// When the last event happened that changed the row.
    private(set) var updatedAt: Timestamp

    init(_ event: NotificationEvent) {
        id = event.notification
        tenant = event.tenant
        request = event.request
        reference = event.reference
        consumer = event.consumer
        endpoint = event.endpoint
        medium = event.medium
        lane = event.lane
        status = event.kind.status
        attempt = event.attempt
        provider = event.provider
        providerReference = event.providerReference
        reason = event.reason
        createdAt = event.at
        updatedAt = event.at
    }

    mutating func merge(_ event: NotificationEvent) {
        createdAt = min(createdAt, event.at)
        let known = Progress(status, attempt: attempt)
        let next = Progress(event.kind.status, attempt: event.attempt)
        guard known.givesWay(to: next) else { return }
        if known.takesStatus(of: next) {
            status = next.status
            provider = event.provider ?? provider
            providerReference = event.providerReference ?? providerReference
            reason = event.reason
        } else {
            reason = event.reason ?? reason
        }
        attempt = max(attempt, event.attempt)
        updatedAt = max(updatedAt, event.at)
    }
}
