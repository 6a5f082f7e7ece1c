import Model

extension Settlement {
    /// For a notification that was not sent and will not be, because its request was cancelled.
    ///
    /// - Parameter failures: of the attempt that was just made; empty where none was made.
    static func cancelled(
        _ notification: Notification, after failures: [FailedTry] = [], at now: Timestamp
    ) -> Settlement {
        Settlement(
            NotificationEvent(
                .cancelled, of: notification, attempt: failures.last?.attempt ?? notification.attempt - 1, at: now,
                reason: "its request was cancelled", failures: notification.history + failures))
    }

    /// For a notification whose request was cancelled during the attempt: no other attempt follows, nor another endpoint. What may have been sent is still asked about.
    static func ofCancelled(
        _ notification: Notification, _ outcome: Outcome, _ schedule: RetrySchedule, at now: Timestamp
    ) -> Settlement {
        var schedule = schedule
        schedule.unknownOutcome = .givenUp
        let settlement = Settlement(of: notification, outcome, schedule, at: now)
        switch settlement.next {
        case .retry(let retry) where retry.notification.reconciliation == nil:
            // A notification that was deferred has no event.
            return cancelled(notification, after: settlement.event == nil ? [] : outcome.failures, at: now)
        case .continueOn:
            var event = settlement.event
            event?.continuation = nil
            return Settlement(event)
        case .nothing, .retry, .park: return settlement
        }
    }
}
