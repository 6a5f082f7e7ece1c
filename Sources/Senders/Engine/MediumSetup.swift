public import Model
public import Runtime

/// How a medium is sent in this process.
public struct MediumSetup: Sendable {
    public let medium: Medium
    /// One for each account, in the order in which they are tried.
    public let providers: [any Provider]
    /// When what failed is tried again.
    public let schedules: PerLane<RetrySchedule>
    /// What the providers need, such as their connections: started before the medium's lanes and drained after them.
    public let services: [any Service]

    /// - Parameter providers: at least one, all of the medium.
    public init(
        medium: Medium, providers: [any Provider], schedules: PerLane<RetrySchedule> = PerLane { _ in .standard },
        services: [any Service] = []
    ) {
        precondition(!providers.isEmpty, "a medium has at least one provider")
        self.medium = medium
        self.providers = providers
        self.schedules = schedules
        self.services = services
    }
}
