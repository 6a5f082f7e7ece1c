import Model

/// The result of a provider chain for one notification.
struct Outcome: Sendable, Equatable {
    let verdict: FinalVerdict
    /// The provider that reported last.
    let provider: String
    /// Each failed try, including the providers that were skipped.
    let failures: [NotificationEvent.Failure]
}
