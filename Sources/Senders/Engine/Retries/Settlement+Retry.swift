import Model
import Topology

extension Settlement {
    /// The next attempt, if there is one: after this attempt's wait, or a longer one if the endpoint asked for it.
    static func again(
        _ notification: Notification, _ outcome: Outcome, _ schedule: RetrySchedule, asked: Duration? = nil, why: String,
        at now: Timestamp, draw: Double
    ) -> Settlement {
        guard let wait = schedule.wait(afterAttempt: notification.attempt, asked: asked, draw: draw) else {
            return givenUp(notification, outcome, why: why, at: now)
        }
        let dueAt = now + wait
        if let expiresAt = notification.expiresAt, expiresAt < dueAt {
            // There is no time for another attempt, but there is for another endpoint.
            guard notification.alternatives == nil else { return givenUp(notification, outcome, why: why, at: now) }
            let reason = "its time is over before the next try; the last one: \(why)"
            return Settlement(notification.event(.expired, after: outcome, at: now, reason: reason))
        }
        if schedule.isTooOld(notification, at: dueAt) {
            return givenUp(notification, outcome, why: "it is too old for another try; the last one: \(why)", at: now)
        }
        let event = notification.event(.retrying, after: outcome, at: now, reason: why)
        return Settlement(event, .retry(Retry(notification.nextAttempt(after: outcome), after: wait)))
    }

    /// No other attempt follows on this endpoint. The parked copy shows all tries.
    private static func givenUp(_ notification: Notification, _ outcome: Outcome, why: String, at now: Timestamp) -> Settlement {
        let event = notification.event(.temporaryFailure, after: outcome, at: now, reason: why)
        return failed(notification.remembering(outcome.failures), event, parkedBecause: why)
    }

    /// It is not known to have failed: on the next endpoint it might arrive a second time.
    static func unknown(_ notification: Notification, _ outcome: Outcome, why: String, at now: Timestamp) -> Settlement {
        let reason = "the outcome is unknown: \(why)"
        return Settlement(
            notification.event(.technicalFailure, after: outcome, at: now, reason: reason),
            .park(notification.remembering(outcome.failures), .undeliverable, why: reason))
    }

    /// Deferred without an attempt: a possible duplicate stays one.
    ///
    /// - Parameter asked: when it can probably be sent; nil if that is not known.
    static func later(
        _ notification: Notification, _ schedule: RetrySchedule, why: Deferral, asked: Duration?, at now: Timestamp, draw: Double
    ) -> Settlement {
        // A limit is no reason to give a notification up.
        if why == .limited, let asked {
            // When its turn comes is a guess, by which nothing expires.
            let left = notification.expiresAt.map { Duration.milliseconds($0.milliseconds - now.milliseconds) - .seconds(6) }
            let wait = min(asked, max(LimitBacklog.soon, left ?? asked))
            return waiting(notification, for: wait, because: why, at: now)
        }
        let scheduled = schedule.wait(afterDeferrals: notification.deferrals, draw: draw)
        guard let wait = scheduled.map({ max($0, asked ?? .zero) }), !schedule.isTooOld(notification, at: now + wait) else {
            let time = scheduled == nil ? "for hours" : "before it was too old"
            let reason = "its destination could not be called \(time); the last time it was \(why)"
            return notification.reconciliation == nil
                ? failed(notification, notification.event(.temporaryFailure, at: now, reason: reason), parkedBecause: reason)
                : Settlement(
                    notification.event(.technicalFailure, at: now, reason: reason),
                    .park(notification, .undeliverable, why: reason))
        }
        var next = notification
        next.deferrals += 1
        return waiting(next, for: wait, because: why, at: now)
    }

    /// - Parameter next: the copy that waits, if there is time for it.
    private static func waiting(
        _ next: Notification, for wait: Duration, because why: Deferral, at now: Timestamp
    ) -> Settlement {
        guard let expiresAt = next.expiresAt, expiresAt < now + wait, next.reconciliation == nil else {
            return Settlement(nil, .retry(Retry(next, after: wait, keepsTurn: why == .limited)))
        }
        guard next.alternatives == nil else {
            let reason = "its destination cannot be called now: \(why)"
            return failed(next, next.event(.temporaryFailure, at: now, reason: reason))
        }
        let reason = "its time is over before its destination can be called again"
        return Settlement(next.event(.expired, at: now, reason: reason))
    }
}

extension Notification {
    /// An event without a new attempt.
    fileprivate func event(_ kind: NotificationEvent.Kind, at now: Timestamp, reason: String) -> NotificationEvent {
        NotificationEvent(kind, of: self, attempt: attempt - 1, at: now, reason: reason, failures: history)
    }

    /// The same with a longer history.
    fileprivate func remembering(_ failures: [FailedTry]) -> Notification {
        var notification = self
        notification.remember(failures)
        return notification
    }

    /// The copy for the next attempt.
    func nextAttempt(after outcome: Outcome) -> Notification {
        var next = self
        next.attempt += 1
        // Another copy may make this attempt as well: a possible duplicate stays one, and is looked up again.
        next.duplicateRisk = duplicateRisk == .none ? .none : .possible
        next.possibleDuplicateSince = nil
        next.notBefore = nil
        next.reconciliation = nil
        next.returns = 0
        next.remember(outcome.failures)
        return next
    }
}
