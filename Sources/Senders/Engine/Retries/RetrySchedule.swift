public import Model
public import Topology

/// When notifications of a medium are tried again on a lane, and when they are given up. Pure.
public struct RetrySchedule: Sendable, Equatable {
    /// The retry delay after each failed attempt; the last one is repeated.
    public var retryDelays: [RetryDelay]
    /// How many attempts there are at most. After the last one a notification is a `temporary-failure`.
    public var maximumAttempts: Int
    /// No attempt begins later than this after the request was accepted.
    public var maximumAge: Duration
    /// The delay each time that a notification is deferred, which spends no attempt; the last one is repeated.
    public var deferralDelays: [RetryDelay]
    /// How often a notification is deferred at most. The next time it is a `temporary-failure`.
    public var maximumDeferrals: Int
    public var jitter: Jitter
    public var unknownOutcome: UnknownOutcome
    /// How often a provider is asked at most about a notification that it may have sent.
    public var maximumQuestions: Int

    /// - Parameters:
    ///   - retryDelays: at least one.
    ///   - maximumAttempts: at least 1.
    ///   - deferralDelays: at least one.
    ///   - maximumDeferrals: at least 0.
    ///   - maximumQuestions: at least 1.
    public init(
        retryDelays: [RetryDelay], maximumAttempts: Int, maximumAge: Duration, deferralDelays: [RetryDelay],
        maximumDeferrals: Int, jitter: Jitter = .none, unknownOutcome: UnknownOutcome = .givenUp,
        maximumQuestions: Int = 5
    ) {
        precondition(!retryDelays.isEmpty && !deferralDelays.isEmpty, "a schedule has at least one delay of each kind")
        precondition(maximumAttempts >= 1 && maximumDeferrals >= 0, "a schedule has at least one attempt")
        self.retryDelays = retryDelays
        self.maximumAttempts = maximumAttempts
        self.maximumAge = maximumAge
        self.deferralDelays = deferralDelays
        self.maximumDeferrals = maximumDeferrals
        self.jitter = jitter
        self.unknownOutcome = unknownOutcome
        self.maximumQuestions = maximumQuestions
    }

    /// The schedule of a lane for a medium that needs no other.
    public static func standard(for lane: Lane) -> RetrySchedule { lane == .priority ? urgent : patient }

    /// Seven attempts in about a quarter of an hour: after that nobody waits for a login code.
    static let urgent = RetrySchedule(
        retryDelays: [.fiveSeconds, .thirtySeconds, .thirtySeconds, .twoMinutes, .twoMinutes, .tenMinutes],
        maximumAttempts: 7, maximumAge: .seconds(30 * 60),
        deferralDelays: [.fiveSeconds, .fiveSeconds, .thirtySeconds, .thirtySeconds, .twoMinutes], maximumDeferrals: 36,
        // None waits much longer than the others.
        jitter: Jitter(shorter: 0.2, longer: 0), unknownOutcome: .sentAgain, maximumQuestions: 1)

    /// Seven attempts, with each retry delay once between them. A destination that takes nothing is tried often at first, because many are
    /// soon back, then every ten minutes, for about as long as attempts are repeated: five hours.
    static let patient = RetrySchedule(
        retryDelays: RetryDelay.allCases, maximumAttempts: RetryDelay.allCases.count + 1, maximumAge: .seconds(24 * 3600),
        deferralDelays: [.fiveSeconds, .fiveSeconds, .thirtySeconds, .thirtySeconds, .twoMinutes, .twoMinutes, .tenMinutes],
        maximumDeferrals: 36, jitter: Jitter(shorter: 0.1, longer: 0.1))

    /// The wait after a failed attempt; nil if it was the last one.
    ///
    /// - Parameters:
    ///   - attempt: counted from 1.
    ///   - asked: how long the endpoint asks to be left alone. It lengthens the wait and never shortens it.
    ///   - draw: random, 0 to 1.
    func wait(afterAttempt attempt: Int, asked: Duration? = nil, draw: Double) -> Duration? {
        guard attempt < maximumAttempts else { return nil }
        let delay = retryDelays[min(max(attempt, 1), retryDelays.count) - 1]
        return max(jitter.applied(to: delay, draw: draw).duration, min(asked ?? .zero, RetryDelay.fourHours.duration))
    }

    /// The wait of a notification that is deferred; nil if it has been deferred as often as it may be.
    ///
    /// - Parameters:
    ///   - count: how often it has been before.
    ///   - draw: random, 0 to 1.
    func wait(afterDeferrals count: Int, draw: Double) -> Duration? {
        guard count < maximumDeferrals else { return nil }
        let delay = deferralDelays[min(max(count, 0), deferralDelays.count - 1)]
        // Each time some would take the next longer one: a destination that was away for half a minute would get a few ten minutes late.
        return jitter.onlyShorter.applied(to: delay, draw: draw).duration
    }

    /// The wait before a provider is asked.
    ///
    /// - Parameters:
    ///   - count: how often it has been asked before.
    ///   - draw: random, 0 to 1.
    func wait(beforeQuestion count: Int, draw: Double) -> Duration {
        jitter.applied(to: retryDelays[min(max(count, 0), retryDelays.count - 1)], draw: draw).duration
    }

    /// Whether a notification is too old for an attempt at this time.
    func isTooOld(_ notification: Notification, at time: Timestamp) -> Bool {
        notification.acceptedAt.map { $0 + maximumAge < time } ?? false
    }
}
