public import Model
public import Runtime
public import Senders

/// A medium that exists only in tests: one more element of the list of media that a sender serves.
public struct DoubleMedium: SenderMedium {
    private let providers: [any Provider]

    /// - Parameter providers: at least one, all of one medium, in the order in which they are tried.
    public init(_ providers: any Provider...) { self.providers = providers }

    public var medium: Medium { providers[0].medium }

    public func setUp(settings: inout SettingsReader, context: RoleContext) -> MediumSetup? {
        // Each retry delay is the one that the test expects.
        let schedules = PerLane { lane in
            var schedule = RetrySchedule.standard(for: lane)
            schedule.jitter = .none
            return schedule
        }
        return MediumSetup(medium: medium, providers: providers, schedules: schedules)
    }
}
