import Model

/// What a batch of events changes in the database, with at most one row for each notification and request. Pure.
///
/// Everything is sorted by its key, so that two batches that change the same rows lock them in the same order.
struct Changes: Sendable {
    /// A failed attempt, which is kept whatever the final status of the notification.
    struct FailedAttempt: Sendable, Equatable {
        let notification: NotificationID
        let failure: FailedTry
    }

    /// An endpoint that reported that it no longer exists.
    struct GoneEndpoint: Sendable, Hashable {
        let tenant: TenantName
        let endpoint: EndpointID
    }

    /// A notification that failed, and the one that was created for the next endpoint.
    struct Continuation: Sendable, Equatable {
        let tenant: TenantName
        let failed: NotificationID
        let next: NotificationID
    }

    let notifications: [NotificationChange]
    let continuations: [Continuation]
    let failures: [FailedAttempt]
    let requests: [RequestChange]
    let goneEndpoints: [GoneEndpoint]
    let endpoints: EndpointChanges

    init(_ events: some Collection<Event>, known: KnownFailures = KnownFailures()) {
        var notifications: [NotificationChange] = []
        var places: [NotificationID: Int] = [:]
        var continuations: [NotificationID: Continuation] = [:]
        var failures: [FailedAttempt] = []
        var requests: [RequestChange.Key: RequestChange] = [:]
        var gone: Set<GoneEndpoint> = []
        var endpointFailures: [NotificationEvent] = []
        notifications.reserveCapacity(events.count)
        places.reserveCapacity(events.count)
        func merge(_ event: NotificationEvent) {
            if let place = places[event.notification] {
                notifications[place].merge(event)
            } else {
                places[event.notification] = notifications.count
                notifications.append(NotificationChange(event))
            }
        }
        for event in events {
            switch event {
            case .notification(let event):
                merge(event)
                // Saved together with the failure, so that a request whose notifications are all final has none to come.
                if let created = event.creationOfContinuation {
                    merge(created)
                    continuations[event.notification] = Continuation(
                        tenant: event.tenant, failed: event.notification, next: created.notification)
                }
                for failure in event.failures {
                    failures.append(FailedAttempt(notification: event.notification, failure: failure))
                }
                switch event.finding {
                case .none: break
                case .failing: endpointFailures.append(event)
                case .gone: gone.insert(GoneEndpoint(tenant: event.tenant, endpoint: event.endpoint))
                }
            // What it says has been changed by the process that published it.
            case .endpoint: break
            case .request(let event) where event.kind == .conflict: break
            case .request(let event):
                let key = RequestChange.Key(tenant: event.tenant, request: event.request)
                if requests[key]?.merge(event) == nil { requests[key] = RequestChange(event) }
            }
        }
        // Sorts the indices instead of the changes, because they are much smaller to move.
        let order = notifications.indices.sorted { notifications[$0].id < notifications[$1].id }
        self.notifications = order.map { notifications[$0] }
        self.continuations = continuations.values.sorted { $0.failed < $1.failed }
        self.failures = failures.sorted { ($0.notification, $0.failure.attempt) < ($1.notification, $1.failure.attempt) }
        self.requests = requests.values.sorted { $0.key < $1.key }
        endpoints = EndpointChanges(endpointFailures, in: events, known: known)
        goneEndpoints = gone.sorted { $0.endpoint < $1.endpoint }
    }
}
