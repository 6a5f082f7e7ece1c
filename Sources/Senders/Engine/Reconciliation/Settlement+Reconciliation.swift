import Model
import Topology

/// For notifications that may have been sent. None of them expires: it may have been delivered in time.
extension Settlement {
    /// Its provider is asked after a wait. The attempt is on record, and the status does not change, so that a receipt can still settle it.
    static func askLater(
        _ notification: Notification, _ outcome: Outcome, _ schedule: RetrySchedule, why: String, at now: Timestamp, draw: Double
    ) -> Settlement {
        guard var question = notification.reconciliation else {
            return firstQuestion(notification, outcome, schedule, why: why, at: now, draw: draw)
        }
        question.count += 1
        guard question.count < schedule.maximumQuestions else {
            return unanswered(notification, outcome, schedule, why: why, at: now)
        }
        var next = notification
        next.reconciliation = question
        next.notBefore = nil
        return Settlement(nil, .retry(Retry(next, after: schedule.wait(beforeQuestion: question.count, draw: draw))))
    }

    /// The copy carries the number of the next attempt, because this one is on record.
    private static func firstQuestion(
        _ notification: Notification, _ outcome: Outcome, _ schedule: RetrySchedule, why: String, at now: Timestamp, draw: Double
    ) -> Settlement {
        let reason = "the outcome is unknown, and \(outcome.provider) is asked about it: \(why)"
        let event = notification.event(.retrying, after: outcome, at: now, reason: reason)
        var next = notification.nextAttempt(after: outcome)
        next.reconciliation = Reconciliation(provider: outcome.provider)
        return Settlement(event, .retry(Retry(next, after: schedule.wait(beforeQuestion: 0, draw: draw))))
    }

    /// Nobody knows, and nobody is asked any more. Where a second copy may be risked, the next attempt follows, if there is time for it.
    static func unanswered(
        _ notification: Notification, _ outcome: Outcome, _ schedule: RetrySchedule, why: String, at now: Timestamp
    ) -> Settlement {
        let wait = RetryDelay.fiveSeconds.duration
        let isInTime =
            notification.attempt <= schedule.maximumAttempts && !schedule.isTooOld(notification, at: now + wait)
            && notification.expiresAt.map { now + wait <= $0 } ?? true
        guard schedule.unknownOutcome == .sentAgain, isInTime else {
            return unknown(notification, outcome, why: why, at: now)
        }
        var next = notification
        next.reconciliation = nil
        next.notBefore = nil
        return Settlement(nil, .retry(Retry(next, after: wait)))
    }
}
