import Model
import Topology

/// What follows from an outcome: the event that reports it, and where the notification goes next. Pure, so that a table can test it.
struct Settlement: Sendable {
    enum Next: Sendable {
        /// It is done.
        case nothing
        /// It is tried again after a retry delay.
        case retry(Notification, RetryDelay)
        /// It is kept for an operator.
        case park(Notification, ParkedReason, why: String)
    }

    /// Nil if there is nothing to report.
    let event: NotificationEvent?
    let next: Next

    /// - Parameter schedule: the one of the notification's medium and lane.
    init(of notification: Notification, _ outcome: Outcome, _ schedule: RetrySchedule, at now: Timestamp) {
        func event(
            _ kind: NotificationEvent.Kind, provider: String? = nil, reference: String? = nil, reason: String? = nil,
            gone: Bool = false
        ) -> NotificationEvent {
            NotificationEvent(
                kind, of: notification, attempt: notification.attempt, at: now, provider: provider, providerReference: reference,
                reason: reason, endpointGone: gone, failures: outcome.failures)
        }
        switch outcome.verdict {
        case .delivered(let reference):
            self.init(event(.delivered, provider: outcome.provider, reference: reference))
        case .accepted(let reference):
            self.init(event(.sending, provider: outcome.provider, reference: reference))
        case .sent(let reference):
            self.init(event(.sent, provider: outcome.provider, reference: reference))
        case .refused(let why):
            self.init(event(.permanentFailure, reason: why))
        case .endpointGone(let why):
            self.init(event(.permanentFailure, reason: why, gone: true))
        case .retry(let wait, let why):
            self = Self.again(notification, schedule, wait: wait, why: why, at: now, event: event)
        case .unknown(let why) where notification.lane == .priority:
            self = Self.again(notification, schedule, wait: nil, why: why, at: now, event: event)
        case .unknown(let why):
            let reason = "the outcome is unknown: \(why)"
            self.init(event(.technicalFailure, reason: reason), .park(notification, .undeliverable, why: reason))
        case .deferred(let why):
            self = Self.later(notification, schedule, why: why, at: now)
        }
    }

    /// For a notification whose time is over before it was sent.
    static func expired(_ notification: Notification, at now: Timestamp) -> Settlement {
        Settlement(
            NotificationEvent(.expired, of: notification, attempt: notification.attempt - 1, at: now, reason: "its time was over")
        )
    }

    /// For a notification that no retry delay queue can take.
    static func unsendable(_ notification: Notification, attempt: Int, why: String, at now: Timestamp) -> Settlement {
        let reason = "it cannot be tried again: \(why)"
        return Settlement(
            NotificationEvent(.technicalFailure, of: notification, attempt: attempt, at: now, reason: reason),
            .park(notification, .undeliverable, why: reason))
    }

    private init(_ event: NotificationEvent?, _ next: Next = .nothing) {
        self.event = event
        self.next = next
    }

    private typealias MakeEvent = (NotificationEvent.Kind, String?, String?, String?, Bool) -> NotificationEvent

    /// The next attempt, if there is one: after this attempt's retry delay, or a longer one if the endpoint asked for it.
    private static func again(
        _ notification: Notification, _ schedule: RetrySchedule, wait: Duration?, why: String, at now: Timestamp,
        event: MakeEvent
    ) -> Settlement {
        guard let step = schedule.delay(afterAttempt: notification.attempt) else {
            return Settlement(event(.temporaryFailure, nil, nil, why, false), .park(notification, .undeliverable, why: why))
        }
        let longer = RetryDelay(atLeast: max(step.duration, wait ?? .zero))
        if let expiresAt = notification.expiresAt, expiresAt < now + longer.duration {
            return Settlement(event(.expired, nil, nil, "its time is over before the next try; the last one: \(why)", false))
        }
        var next = notification
        next.attempt += 1
        // Another copy may make this attempt as well: a possible duplicate stays one, and is looked up again.
        next.duplicateRisk = notification.duplicateRisk == .none ? .none : .possible
        next.possibleDuplicateSince = nil
        next.notBefore = nil
        return Settlement(event(.retrying, nil, nil, why, false), .retry(next, longer))
    }

    /// Deferred without an attempt: a possible duplicate stays one.
    private static func later(
        _ notification: Notification, _ schedule: RetrySchedule, why: Deferral, at now: Timestamp
    ) -> Settlement {
        func end(_ kind: NotificationEvent.Kind, _ reason: String) -> NotificationEvent {
            NotificationEvent(kind, of: notification, attempt: notification.attempt - 1, at: now, reason: reason)
        }
        guard let step = schedule.delay(afterDeferrals: notification.deferrals) else {
            let reason = "its destination could not be called for hours; the last time it was \(why)"
            return Settlement(end(.temporaryFailure, reason), .park(notification, .undeliverable, why: reason))
        }
        if let expiresAt = notification.expiresAt, expiresAt < now + step.duration {
            return Settlement(end(.expired, "its time is over before its destination can be called again"))
        }
        var next = notification
        next.deferrals += 1
        return Settlement(nil, .retry(next, step))
    }
}
