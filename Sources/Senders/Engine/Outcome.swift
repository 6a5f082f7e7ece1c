import Model

/// What a chain came to for one notification.
struct Outcome: Sendable, Equatable {
    let verdict: FinalVerdict
    /// The provider that spoke last.
    let provider: String
    /// Each try that failed, the providers that were passed over among them.
    let failures: [NotificationEvent.Failure]
}
