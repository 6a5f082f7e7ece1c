import Model

/// What to publish for a request, or for one chunk of a large one.
struct FanOut: Sendable {
    var notifications: [Notification] = []
    var cursors: [Cursor] = []
    var events: [Event] = []
    /// How many parts the expansion of the request has, if it is divided into cursors; nil if not.
    var parts: Int?
    /// How many listeners were dropped, by reason.
    var dropped: [DropReason: Int] = [:]
    /// Whether a full queue has rejected some of the notifications.
    var isRefused = false

    var isEmpty: Bool { notifications.isEmpty && cursors.isEmpty && events.isEmpty }
}

extension FanOut {
    /// Of a request that has passed all stages.
    init(_ request: EncodedRequest, listeners batch: ListenerBatch, cursors: [Cursor], at now: Timestamp) {
        let source = request.source
        let notifications = batch.listeners.map { source.notification(for: $0, duplicateRisk: request.duplicateRisk) }
        let expanded = RequestEvent(
            kind: .expanded, request: source.request, tenant: source.tenant, reference: source.reference, lane: source.lane,
            at: now, notifications: notifications.count, part: cursors.count, parts: cursors.count + 1)
        self.init(
            notifications: notifications, cursors: cursors,
            events: notifications.map { .notification(.created($0, at: now)) } + [.request(expanded)],
            parts: cursors.isEmpty ? nil : cursors.count + 1, dropped: batch.dropped)
    }

    /// Of one chunk of a cursor: its notifications, and its continuation or the event that its range is finished.
    init(_ cursor: Cursor, page: ListenerPage, duplicateRisk: DuplicateRisk, at now: Timestamp) {
        let source = FanOutSource(cursor)
        let notifications = page.listeners.map { source.notification(for: $0, duplicateRisk: duplicateRisk, traffic: .burst) }
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

extension FanOut {
    /// Adds the event that a notification failed before it could be sent, and the notification of its consumer's next endpoint, if there is one.
    mutating func fail(_ notification: Notification, attempt: Int, because why: String, at now: Timestamp) {
        let event = NotificationEvent(.technicalFailure, of: notification, attempt: attempt, at: now, reason: why)
        guard let next = notification.onNextEndpoint else { return events.append(.notification(event)) }
        events.append(.notification(event.continued(as: next)))
        notifications.append(next)
    }
}

extension NotificationEvent {
    fileprivate static func created(_ notification: Notification, at now: Timestamp) -> Self {
        NotificationEvent(.created, of: notification, attempt: 0, at: now)
    }
}

extension RequestEvent {
    /// The event that the range of a cursor is finished.
    static func finished(_ cursor: Cursor, notifications: Int, at now: Timestamp, reason: String? = nil) -> Self {
        RequestEvent(
            kind: .expanded, request: cursor.request, tenant: cursor.tenant, reference: cursor.reference, lane: cursor.lane,
            at: now,
            notifications: notifications, part: cursor.part, parts: cursor.parts + 1, reason: reason)
    }

    /// The event that the range of a cursor ends because its request was cancelled.
    static func cancelled(_ cursor: Cursor, notCreated: Int, at now: Timestamp) -> Self {
        RequestEvent(
            kind: .cancelled, request: cursor.request, tenant: cursor.tenant, reference: cursor.reference, lane: cursor.lane,
            at: now, notifications: cursor.notifications, notCreated: notCreated, part: cursor.part, parts: cursor.parts + 1,
            reason: "it was cancelled")
    }
}
