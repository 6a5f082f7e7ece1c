import Model
import Topology

/// What follows from an outcome: the event that reports it, and where the notification goes next. Pure, so that a table can test it.
struct Settlement: Sendable {
    enum Next: Sendable {
        /// It is done.
        case nothing
        /// It is tried again after a wait.
        case retry(Retry)
        /// It failed, and its consumer's next endpoint is tried.
        case continueOn(Notification)
        /// It is kept for an operator.
        case park(Notification, ParkedReason, why: String)
    }

    /// Nil if there is nothing to report.
    let event: NotificationEvent?
    let next: Next

    /// - Parameters:
    ///   - schedule: the one of the notification's medium and lane.
    ///   - draw: a random number, 0 to 1.
    init(
        of notification: Notification, _ outcome: Outcome, _ schedule: RetrySchedule, at now: Timestamp,
        draw: () -> Double = { .random(in: 0..<1) }
    ) {
        var notification = notification
        // It has not been sent in the attempt before, so the next attempt was made.
        if outcome.source == .attempt { notification.reconciliation = nil }
        switch outcome.verdict {
        case .delivered(let reference):
            self.init(notification.event(.delivered, after: outcome, at: now, reference: reference))
        case .accepted(let reference):
            self.init(notification.event(.sending, after: outcome, at: now, reference: reference))
        case .sent(let reference):
            self.init(notification.event(.sent, after: outcome, at: now, reference: reference))
        case .refused(let why), .endpointGone(let why):
            self = Self.failed(notification, notification.event(.permanentFailure, after: outcome, at: now, reason: why))
        case .retry(let asked, let why):
            self = Self.again(notification, outcome, schedule, asked: asked, why: why, at: now, draw: draw())
        case .unresolved(let why):
            self = Self.askLater(notification, outcome, schedule, why: why, at: now, draw: draw())
        case .unknown(let why) where outcome.source == .question:
            self = Self.unanswered(notification, outcome, schedule, why: why, at: now)
        case .unknown(let why):
            switch schedule.unknownOutcome {
            case .sentAgain: self = Self.again(notification, outcome, schedule, why: why, at: now, draw: draw())
            case .givenUp:
                self = Self.unknown(notification, outcome, why: why, at: now)
            }
        case .deferred(let why, let wait):
            self = Self.later(notification, schedule, why: why, asked: wait, at: now, draw: draw())
        case .cancelled: self = Self.cancelled(notification, at: now)
        }
    }

    /// For a notification whose time is over before it was sent.
    static func expired(_ notification: Notification, at now: Timestamp) -> Settlement {
        Settlement(
            NotificationEvent(.expired, of: notification, attempt: notification.attempt - 1, at: now, reason: "its time was over")
        )
    }

    /// For a notification that has waited while its endpoint was disabled.
    static func endpointDisabled(_ notification: Notification, at now: Timestamp) -> Settlement {
        failed(
            notification,
            NotificationEvent(
                .permanentFailure, of: notification, attempt: notification.attempt - 1, at: now,
                reason:
                    "its endpoint is disabled because it took nothing for days; fix it, and register its address again to enable it",
                failures: notification.history))
    }

    /// For a notification that no retry delay queue can take.
    static func unsendable(_ notification: Notification, attempt: Int, why: String, at now: Timestamp) -> Settlement {
        let reason = "it cannot be tried again: \(why)"
        return failed(
            notification, NotificationEvent(.technicalFailure, of: notification, attempt: attempt, at: now, reason: reason),
            parkedBecause: reason)
    }

    /// The end of the attempts on this endpoint. The next one takes over if there is one; only what has none can be parked, because an operator
    /// who replayed it would send a second copy.
    static func failed(
        _ notification: Notification, _ event: NotificationEvent, parkedBecause why: String? = nil
    ) -> Settlement {
        if let next = notification.onNextEndpoint { return Settlement(event.continued(as: next), .continueOn(next)) }
        return Settlement(event, why.map { .park(notification, .undeliverable, why: $0) } ?? .nothing)
    }

    init(_ event: NotificationEvent?, _ next: Next = .nothing) {
        self.event = event
        self.next = next
    }
}

extension Notification {
    /// The event of its current attempt, or of the one before it that its provider was asked about. A final event has its whole history, for those who see nothing else of it.
    func event(
        _ kind: NotificationEvent.Kind, after outcome: Outcome, at now: Timestamp, reference: String? = nil,
        reason: String? = nil
    ) -> NotificationEvent {
        NotificationEvent(
            kind, of: self, attempt: outcome.source == .question ? attempt - 1 : attempt, at: now, provider: outcome.acceptedBy,
            providerReference: reference,
            reason: reason, finding: outcome.finding,
            failures: history.isEmpty || kind == .retrying ? outcome.failures : history + outcome.failures)
    }
}

extension Outcome {
    /// The provider that has taken it; nil where none has.
    fileprivate var acceptedBy: String? {
        switch verdict {
        case .delivered, .accepted, .sent: provider
        case .retry, .refused, .endpointGone, .unknown, .unresolved, .deferred, .cancelled: nil
        }
    }
}
