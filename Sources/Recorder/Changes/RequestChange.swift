import Model

/// What a batch of events says about one request as a whole.
struct RequestChange: Sendable, Equatable {
    /// A request belongs to one tenant, so the same id under two tenants is two requests.
    struct Key: Hashable, Sendable, Comparable {
        let tenant: TenantName
        let request: RequestID

        static func < (left: Self, right: Self) -> Bool {
            (left.tenant.text, left.request) < (right.tenant.text, right.request)
        }
    }

    /// One completed part of its expansion.
    struct Part: Sendable, Equatable {
        let number: Int
        let notifications: Int
        /// How many more it would have had if the request had not been cancelled; nil where that is not known.
        let notCreated: Int?
        let at: Timestamp
    }

    /// An end other than expansion.
    struct End: Sendable, Equatable {
        /// `rejected`, `expired` or `cancelled`.
        let state: String
        let reason: String?
        let at: Timestamp
    }

    let key: Key
    let lane: Lane
    let reference: String?
    private(set) var firstAt: Timestamp
    private var reportedEnd: End?
    /// The number of parts of the expansion; nil if no event has reported it.
    private(set) var partCount: Int?
    private(set) var parts: [Part] = []

    /// nil also if it was expanded later: it was rejected and sent again. A cancelled request is never expanded again; what was expanded later
    /// was under way when it was cancelled.
    var end: End? {
        reportedEnd.flatMap { end in end.state != "cancelled" && parts.contains { $0.at > end.at } ? nil : end }
    }

    /// When it was expanded, if it has only one part: one event then reports all of it, and no parts need to be counted.
    var expandedAt: Timestamp? { end == nil && partCount == 1 ? parts.first?.at : nil }

    init(_ event: RequestEvent) {
        key = Key(tenant: event.tenant, request: event.request)
        lane = event.lane
        reference = event.reference
        firstAt = event.at
        merge(event)
    }

    mutating func merge(_ event: RequestEvent) {
        firstAt = min(firstAt, event.at)
        switch event.kind {
        case .expanded: add(partOf: event)
        case .cancelled:
            // A request that was cancelled as a whole has no parts.
            if event.parts > 1 { add(partOf: event) }
            reportedEnd = End(state: "cancelled", reason: event.reason, at: event.at)
        case .rejected: reportedEnd = reportedEnd ?? End(state: "rejected", reason: event.reason, at: event.at)
        case .expired: reportedEnd = reportedEnd ?? End(state: "expired", reason: event.reason, at: event.at)
        // It does not change the request that is recorded.
        case .conflict: break
        }
    }

    private mutating func add(partOf event: RequestEvent) {
        partCount = partCount ?? event.parts
        guard !parts.contains(where: { $0.number == event.part }) else { return }
        parts.append(
            Part(number: event.part, notifications: event.notifications, notCreated: event.notCreated, at: event.at))
    }
}
