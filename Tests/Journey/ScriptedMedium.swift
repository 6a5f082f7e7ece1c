import Model
import Runtime
import Senders

/// A medium that exists only in tests: one more element of the list of media that a sender serves.
struct ScriptedMedium: SenderMedium {
    private let provider: any Provider

    init(_ provider: any Provider) { self.provider = provider }

    var medium: Medium { provider.medium }

    func setUp(settings: inout SettingsReader, context: RoleContext) -> MediumSetup? {
        // Each retry delay is the one that the test expects.
        let schedules = PerLane { lane in
            var schedule = RetrySchedule.standard(for: lane)
            schedule.jitter = .none
            return schedule
        }
        return MediumSetup(medium: medium, providers: [provider], schedules: schedules)
    }
}
