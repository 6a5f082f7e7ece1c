import Model

/// What a batch of events says about one request as a whole.
struct RequestChange: Sendable, Equatable {
    /// A request is one service's own, so the same id under two services is two requests.
    struct Key: Hashable, Sendable, Comparable {
        let tenant: TenantName
        let request: RequestID

        static func < (left: Self, right: Self) -> Bool {
            (left.tenant.text, left.request) < (right.tenant.text, right.request)
        }
    }

    /// One part of its expansion that is complete.
    struct Part: Sendable, Equatable {
        let number: Int
        let notifications: Int
        let at: Timestamp
    }

    /// An end other than being expanded.
    struct End: Sendable, Equatable {
        /// `rejected` or `expired`.
        let state: String
        let reason: String?
        let at: Timestamp
    }

    let key: Key
    let lane: Lane
    let reference: String?
    private(set) var firstAt: Timestamp
    private var toldEnd: End?
    /// Of how many parts the expansion consists, where an event has told it.
    private(set) var partCount: Int?
    private(set) var parts: [Part] = []

    /// nil also where it was expanded after that: it was rejected and has come again.
    var end: End? { toldEnd.flatMap { end in parts.contains { $0.at > end.at } ? nil : end } }

    /// When it was expanded, where one part is all of it: such a request is told of by one event, and needs no count of its parts.
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
        case .expanded:
            partCount = partCount ?? event.parts
            guard !parts.contains(where: { $0.number == event.part }) else { return }
            parts.append(Part(number: event.part, notifications: event.notifications, at: event.at))
        case .rejected: toldEnd = toldEnd ?? End(state: "rejected", reason: event.reason, at: event.at)
        case .expired: toldEnd = toldEnd ?? End(state: "expired", reason: event.reason, at: event.at)
        // It says nothing of the request that is on record.
        case .conflict: break
        }
    }
}
