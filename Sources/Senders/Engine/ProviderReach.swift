/// What the calls of a provider reach, and so what it means if there is no answer.
public enum ProviderReach: Sendable {
    /// The provider's own account or relay: without an answer, the provider fails.
    case account
    /// Each endpoint itself: without an answer, the endpoint fails.
    case endpoints
}
