import Model

extension Settlement {
    /// The next attempt, if there is one: after this attempt's wait, or a longer one if the endpoint asked for it.
    static func again(
        _ notification: Notification, _ outcome: Outcome, _ schedule: RetrySchedule, asked: Duration? = nil, why: String,
        at now: Timestamp, draw: Double
    ) -> Settlement {
        guard let wait = schedule.wait(afterAttempt: notification.attempt, asked: asked, draw: draw) else {
            return end(notification, .temporaryFailure, outcome, why: why, at: now)
        }
        let dueAt = now + wait
        if let expiresAt = notification.expiresAt, expiresAt < dueAt {
            let reason = "its time is over before the next try; the last one: \(why)"
            return Settlement(notification.event(.expired, after: outcome, at: now, reason: reason))
        }
        if schedule.isTooOld(notification, at: dueAt) {
            return end(
                notification, .temporaryFailure, outcome, why: "it is too old for another try; the last one: \(why)", at: now)
        }
        let event = notification.event(.retrying, after: outcome, at: now, reason: why)
        return Settlement(event, .retry(Retry(notification.nextAttempt(after: outcome), after: wait)))
    }

    /// A failure after an attempt. The parked copy shows all tries.
    static func end(
        _ notification: Notification, _ kind: NotificationEvent.Kind, _ outcome: Outcome, why: String, at now: Timestamp
    ) -> Settlement {
        var parked = notification
        parked.remember(outcome.failures)
        return Settlement(
            notification.event(kind, after: outcome, at: now, reason: why), .park(parked, .undeliverable, why: why))
    }

    /// Deferred without an attempt: a possible duplicate stays one.
    static func later(
        _ notification: Notification, _ schedule: RetrySchedule, why: Deferral, at now: Timestamp, draw: Double
    ) -> Settlement {
        func event(_ kind: NotificationEvent.Kind, _ reason: String) -> NotificationEvent {
            NotificationEvent(
                kind, of: notification, attempt: notification.attempt - 1, at: now, reason: reason,
                failures: notification.history)
        }
        let mayBeSent = notification.reconciliation != nil
        let wait = schedule.wait(afterDeferrals: notification.deferrals, draw: draw)
        guard let wait, !schedule.isTooOld(notification, at: now + wait) else {
            let time = wait == nil ? "for hours" : "before it was too old"
            let reason = "its destination could not be called \(time); the last time it was \(why)"
            return Settlement(
                event(mayBeSent ? .technicalFailure : .temporaryFailure, reason), .park(notification, .undeliverable, why: reason)
            )
        }
        if let expiresAt = notification.expiresAt, expiresAt < now + wait, !mayBeSent {
            return Settlement(event(.expired, "its time is over before its destination can be called again"))
        }
        var next = notification
        next.deferrals += 1
        return Settlement(nil, .retry(Retry(next, after: wait)))
    }
}

extension Notification {
    /// The copy for the next attempt.
    func nextAttempt(after outcome: Outcome) -> Notification {
        var next = self
        next.attempt += 1
        // Another copy may make this attempt as well: a possible duplicate stays one, and is looked up again.
        next.duplicateRisk = duplicateRisk == .none ? .none : .possible
        next.possibleDuplicateSince = nil
        next.notBefore = nil
        next.reconciliation = nil
        next.remember(outcome.failures)
        return next
    }
}
