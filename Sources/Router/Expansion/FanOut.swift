import Model

/// What is to be published for a request, or for one chunk of a large one.
struct FanOut: Sendable {
    var notifications: [Notification] = []
    var cursors: [Cursor] = []
    var events: [Event] = []
    /// How many parts the request's expansion has where these are its cursors; nil where there are none.
    var parts: Int?
    /// Whether a queue has refused some of the notifications: it is full.
    var isRefused = false

    var isEmpty: Bool { notifications.isEmpty && cursors.isEmpty && events.isEmpty }
}

extension FanOut {
    /// For a request that has just passed all stages.
    init(_ frozen: FrozenRequest, notifications: [Notification], cursors: [Cursor], at now: Timestamp) {
        let admitted = frozen.admitted
        let expanded = RequestEvent(
            kind: .expanded, request: admitted.id, service: admitted.service, reference: frozen.request.reference,
            lane: admitted.decoded.submission.lane, at: now, notifications: notifications.count, part: cursors.count,
            parts: cursors.count + 1)
        self.init(
            notifications: notifications, cursors: cursors,
            events: notifications.map { .notification(.created($0, at: now)) } + [.request(expanded)],
            parts: cursors.isEmpty ? nil : cursors.count + 1)
    }

    /// For one chunk of a cursor: its continuation, or the news that its range is done.
    init(_ cursor: Cursor, page: ListenerPage, suspicion: Suspicion, at now: Timestamp) {
        let notifications = page.listeners.map { listener in
            Notification(
                request: cursor.request, service: cursor.service, reference: cursor.reference, lane: cursor.lane, traffic: .burst,
                consumer: listener.consumer, endpoint: listener.endpoint, suspicion: suspicion, expiresAt: cursor.expiresAt,
                traceparent: cursor.traceparent, content: cursor.content)
        }
        let created = notifications.map { Event.notification(.created($0, at: now)) }
        let made = cursor.notifications + notifications.count
        if page.isLast {
            self.init(
                notifications: notifications,
                events: created + [.request(.finished(cursor, notifications: made, at: now))])
        } else {
            var continuation = cursor
            continuation.after = page.end
            continuation.notifications = made
            self.init(notifications: notifications, cursors: [continuation], events: created)
        }
    }
}

extension NotificationEvent {
    fileprivate static func created(_ notification: Notification, at now: Timestamp) -> Self {
        NotificationEvent(.created, of: notification, attempt: 0, at: now)
    }
}

extension RequestEvent {
    /// A cursor's range is done.
    static func finished(_ cursor: Cursor, notifications: Int, at now: Timestamp, reason: String? = nil) -> Self {
        RequestEvent(
            kind: .expanded, request: cursor.request, service: cursor.service, reference: cursor.reference, lane: cursor.lane,
            at: now,
            notifications: notifications, part: cursor.part, parts: cursor.parts + 1, reason: reason)
    }
}
