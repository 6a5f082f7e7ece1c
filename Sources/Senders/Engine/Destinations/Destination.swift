/// What a notification must reach: a webhook's origin, a relay, a provider's account. Its limits and its breaker are its own, so that one
/// that is slow or dead affects no other.
public struct Destination: Hashable, Sendable, CustomStringConvertible {
    /// The same text for the same destination in every process; it may be logged, so it holds no path, no user and no password.
    public let description: String

    public init(_ description: String) { self.description = description }
}
