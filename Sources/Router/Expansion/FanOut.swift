import Model

/// What is to be published for a request, or for one chunk of a large one.
struct FanOut: Sendable {
    var notifications: [Notification]
    let cursors: [Cursor]
    let events: [Event]
    /// The request whose cursors these are; nil where there are none.
    let divided: (service: ServiceName, request: RequestID)?

    /// For a request that has just passed all stages.
    init(_ frozen: FrozenRequest, notifications: [Notification], cursors: [Cursor], at now: Timestamp) {
        let admitted = frozen.admitted
        self.notifications = notifications
        self.cursors = cursors
        divided = cursors.isEmpty ? nil : (admitted.service, admitted.id)
        let expanded = RequestEvent(
            kind: .expanded, request: admitted.id, service: admitted.service, reference: frozen.request.reference,
            lane: admitted.decoded.submission.lane, at: now, notifications: notifications.count, part: cursors.count,
            parts: cursors.count + 1)
        events = notifications.map { .notification(.created($0, at: now)) } + [.request(expanded)]
    }

    /// For one chunk of a cursor: its continuation, or the news that its range is done.
    init(_ cursor: Cursor, page: ListenerPage, suspicion: Suspicion, at now: Timestamp) {
        let notifications = page.listeners.map { listener in
            Notification(
                request: cursor.request, service: cursor.service, reference: cursor.reference, lane: cursor.lane,
                consumer: listener.consumer, endpoint: listener.endpoint, suspicion: suspicion, expiresAt: cursor.expiresAt,
                traceparent: cursor.traceparent, content: cursor.content)
        }
        self.notifications = notifications
        divided = nil
        let created = notifications.map { Event.notification(.created($0, at: now)) }
        let made = cursor.notifications + notifications.count
        if page.isLast {
            cursors = []
            events = created + [.request(.finished(cursor, notifications: made, at: now))]
        } else {
            var continuation = cursor
            continuation.after = page.end
            continuation.notifications = made
            cursors = [continuation]
            events = created
        }
    }

    /// The same, marked as a possible repeat of something that may have been published already.
    func suspected() -> FanOut {
        var copy = self
        for index in copy.notifications.indices { copy.notifications[index].suspicion = .suspect }
        return copy
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
