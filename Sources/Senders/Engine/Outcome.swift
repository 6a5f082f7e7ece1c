import Model

/// The result of a provider chain for one notification.
struct Outcome: Sendable, Equatable {
    enum Source: Sendable, Equatable {
        case attempt
        /// Its provider was asked about the attempt before. No attempt was made.
        case question
    }

    let verdict: FinalVerdict
    /// The provider that reported last.
    let provider: String
    /// Each failed try, including the providers that were skipped.
    let failures: [FailedTry]
    /// What the last verdict says about the endpoint.
    var finding = NotificationEvent.EndpointFinding.none
    var source = Source.attempt
}
