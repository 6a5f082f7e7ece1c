import Model

/// What a batch of events says about one notification, as one row.
///
/// The rules are those of the record itself (see `RecordStore`), so that merging first and saving then gives what saving one
/// event after the other gives:
/// - A final status never changes: the first one stays. What has been handed over never expires.
/// - A later status takes its provider, reference and reason with it; an earlier one changes nothing.
/// - A higher attempt is noted, with its reason, as long as the status is not final.
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
    /// When the last event happened that changed something.
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
        let next = event.kind.status
        guard status.givesWay(to: next), next > status || event.attempt > attempt else { return }
        if next > status {
            status = next
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
