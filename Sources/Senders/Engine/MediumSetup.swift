public import Model
public import Runtime

/// How a medium is sent in this process.
public struct MediumSetup: Sendable {
    public let medium: Medium
    /// One for each account.
    public let providers: [any Provider]
    /// In which order they are tried.
    public let plan: ChainPlan
    /// The country of a notification's address, in capitals (ISO 3166-1): `NL`. Nil where it has none. Does not block.
    public let country: @Sendable (Notification) -> String?
    /// When what failed is tried again.
    public let schedules: PerLane<RetrySchedule>
    /// What the providers need, such as their connections: started before the medium's lanes and drained after them.
    public let services: [any Service]

    /// The most notifications that one of its providers takes in one call.
    var largestBatch: Int { providers.map(\.maximumBatch).max() ?? 1 }

    /// How many notifications of each queue wait for the rates of all its accounts at most.
    var waitingForRates: Int { providers.reduce(0) { $0 + ($1.rate?.waiting ?? 0) } }

    /// - Parameters:
    ///   - providers: at least one, all of the medium, with different names.
    ///   - plan: by default one chain of all, in their order.
    public init(
        medium: Medium, providers: [any Provider], plan: ChainPlan? = nil,
        country: @escaping @Sendable (Notification) -> String? = { _ in nil },
        schedules: PerLane<RetrySchedule> = PerLane(RetrySchedule.standard),
        services: [any Service] = []
    ) {
        precondition(!providers.isEmpty, "a medium has at least one provider")
        self.medium = medium
        self.providers = providers
        self.plan = plan ?? ChainPlan(standard: Chain(ordered: providers.map(\.name)))
        self.country = country
        self.schedules = schedules
        self.services = services
    }
}
