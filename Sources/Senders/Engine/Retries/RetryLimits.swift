import Model
import Runtime

/// The ends of retries on a lane that the operator has set, for all media.
struct RetryLimits: Sendable, Equatable {
    /// Nil for the schedule's own.
    var attempts: Int?
    /// Nil for the schedule's own.
    var age: Duration?

    /// Reads `POSTHORN_SENDER_RETRY_ATTEMPTS_<LANE>` and `POSTHORN_SENDER_RETRY_AGE_<LANE>`.
    init(_ reader: inout SettingsReader, lane: Lane) {
        let (attempts, age) = (
            "POSTHORN_SENDER_RETRY_ATTEMPTS_\(lane.rawValue.uppercased())",
            "POSTHORN_SENDER_RETRY_AGE_\(lane.rawValue.uppercased())"
        )
        let standard = RetrySchedule.standard(for: lane)
        if reader.optionalString(attempts) != nil {
            self.attempts = reader.integer(attempts, default: standard.maximumAttempts, in: 1...100)
        }
        if reader.optionalString(age) != nil {
            self.age = reader.duration(age, default: standard.maximumAge, in: .seconds(1)...(.seconds(30 * 86_400)))
        }
    }
}

extension RetrySchedule {
    /// The same schedule with other ends.
    func limited(by limits: RetryLimits) -> RetrySchedule {
        var schedule = self
        schedule.maximumAttempts = limits.attempts ?? maximumAttempts
        schedule.maximumAge = limits.age ?? maximumAge
        return schedule
    }
}
