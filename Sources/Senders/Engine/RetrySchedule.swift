public import Topology

/// When notifications of a medium are tried again on a lane, and when they are given up. Pure.
public struct RetrySchedule: Sendable, Equatable {
    /// The retry delay after each failed attempt; the last one is repeated.
    public let retryDelays: [RetryDelay]
    /// How many attempts there are at most. After the last one a notification is a `temporary-failure`.
    public let maximumAttempts: Int
    /// The delay each time that a notification is deferred, which spends no attempt; the last one is repeated.
    public let deferralDelays: [RetryDelay]
    /// How often a notification is deferred at most. The next time it is a `temporary-failure`.
    public let maximumDeferrals: Int

    /// - Parameters:
    ///   - retryDelays: at least one.
    ///   - maximumAttempts: at least 1.
    ///   - deferralDelays: at least one.
    ///   - maximumDeferrals: at least 0.
    public init(retryDelays: [RetryDelay], maximumAttempts: Int, deferralDelays: [RetryDelay], maximumDeferrals: Int) {
        precondition(!retryDelays.isEmpty && !deferralDelays.isEmpty, "a schedule has at least one delay of each kind")
        precondition(maximumAttempts >= 1 && maximumDeferrals >= 0, "a schedule has at least one attempt")
        self.retryDelays = retryDelays
        self.maximumAttempts = maximumAttempts
        self.deferralDelays = deferralDelays
        self.maximumDeferrals = maximumDeferrals
    }

    /// Seven attempts, with each retry delay once between them. A destination that takes nothing is tried often at first, because many are
    /// soon back, then every ten minutes, for about as long as attempts are repeated: five hours.
    public static let standard = RetrySchedule(
        retryDelays: RetryDelay.allCases, maximumAttempts: RetryDelay.allCases.count + 1,
        deferralDelays: [.fiveSeconds, .fiveSeconds, .thirtySeconds, .thirtySeconds, .twoMinutes, .twoMinutes, .tenMinutes],
        maximumDeferrals: 36)

    /// The delay after a failed attempt; nil if it was the last one.
    ///
    /// - Parameter attempt: counted from 1.
    func delay(afterAttempt attempt: Int) -> RetryDelay? {
        attempt < maximumAttempts ? retryDelays[min(max(attempt, 1), retryDelays.count) - 1] : nil
    }

    /// The delay of a notification that is deferred; nil if it has been deferred as often as it may be.
    ///
    /// - Parameter count: how often it has been before.
    func delay(afterDeferrals count: Int) -> RetryDelay? {
        count < maximumDeferrals ? deferralDelays[min(max(count, 0), deferralDelays.count - 1)] : nil
    }
}
