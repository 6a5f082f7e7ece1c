import Model

/// Which endpoints a batch of events shows to be failing, and which of those that are known to be failing have taken a notification. Pure.
///
/// A success of an endpoint that is not known to fail costs nothing here, however many there are.
struct EndpointChanges: Sendable, Equatable {
    struct Failing: Sendable, Equatable {
        let tenant: TenantName
        let endpoint: EndpointID
        /// The first failure after its last success in the batch.
        fileprivate(set) var since: Timestamp
        fileprivate(set) var last: Timestamp
    }

    struct Recovered: Sendable, Equatable {
        let tenant: TenantName
        let endpoint: EndpointID
        /// Its last success. A failure after it begins a new count.
        fileprivate(set) var at: Timestamp
    }

    /// Both are sorted by endpoint, so that two batches lock rows in the same order.
    var failing: [Failing] = []
    var recovered: [Recovered] = []

    /// - Parameters:
    ///   - failures: those of the events that report a failing endpoint.
    ///   - known: the endpoints that failed before.
    init(_ failures: [NotificationEvent], in events: some Collection<Event>, known: KnownFailures) {
        guard !failures.isEmpty || !known.isEmpty else { return }
        let affected = Set(failures.map(\.endpoint))
        var recovered: [EndpointID: Recovered] = [:]
        for success in events.lazy.compactMap(\.endpointSuccess)
        where affected.contains(success.endpoint) || known.contains(success.endpoint) {
            let new = Recovered(tenant: success.tenant, endpoint: success.endpoint, at: success.at)
            recovered[success.endpoint, default: new].at = max(recovered[success.endpoint]?.at ?? new.at, new.at)
        }
        var failing: [EndpointID: Failing] = [:]
        for failure in failures where recovered[failure.endpoint].map({ $0.at < failure.at }) ?? true {
            let new = Failing(tenant: failure.tenant, endpoint: failure.endpoint, since: failure.at, last: failure.at)
            var entry = failing[failure.endpoint] ?? new
            (entry.since, entry.last) = (min(entry.since, failure.at), max(entry.last, failure.at))
            failing[failure.endpoint] = entry
        }
        self.failing = failing.values.sorted { $0.endpoint < $1.endpoint }
        self.recovered = recovered.values.sorted { $0.endpoint < $1.endpoint }
    }
}

extension Event {
    fileprivate var endpointSuccess: NotificationEvent? {
        guard case .notification(let event) = self else { return nil }
        switch event.kind {
        case .sending, .sent, .delivered: return event
        case .created, .pending, .temporaryFailure, .permanentFailure, .technicalFailure, .expired, .cancelled, .retrying,
            .replayed:
            return nil
        }
    }
}
