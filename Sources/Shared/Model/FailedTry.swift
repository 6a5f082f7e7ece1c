/// A provider that was tried for a notification and did not send it, or was skipped.
public struct FailedTry: Sendable, Hashable {
    /// The number of the attempt, from 1. An attempt may try several providers.
    public let attempt: Int
    public let provider: String
    /// Nil where an earlier version has published it.
    public let verdict: VerdictKind?
    /// What happened, without address, body or secret: "connection refused", "HTTP 503".
    public let reason: String
    public let at: Timestamp
    /// How long the call took, in whole milliseconds; nil where no call was made, or where an earlier version has published it.
    public let took: Duration?

    public init(
        attempt: Int, provider: String, verdict: VerdictKind? = nil, reason: String, at: Timestamp, took: Duration? = nil
    ) {
        self.attempt = attempt
        self.provider = provider
        self.verdict = verdict
        self.reason = reason
        self.at = at
        self.took = took.map { .milliseconds(Int64($0 / .milliseconds(1))) }
    }

    /// The same with another reason.
    public func saying(_ reason: String) -> FailedTry {
        FailedTry(attempt: attempt, provider: provider, verdict: verdict, reason: reason, at: at, took: took)
    }
}
