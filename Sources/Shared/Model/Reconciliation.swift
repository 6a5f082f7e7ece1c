/// A question to a provider that may have sent a notification, and did not say so.
public struct Reconciliation: Sendable, Hashable {
    public let provider: String
    /// How often it has been asked before.
    public var count: Int

    public init(provider: String, count: Int = 0) {
        self.provider = provider
        self.count = count
    }
}
