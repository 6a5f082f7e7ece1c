public import Model
public import Runtime

/// What is done with a notification of which nobody knows whether it was sent.
public enum UnknownOutcome: Sendable, Equatable {
    /// It is sent again, and may arrive twice. Only on the priority lane, where somebody waits.
    case sentAgain
    /// It is a `technical-failure`, and its copy is parked.
    case givenUp

    /// Reads `POSTHORN_<MEDIUM>_REPEAT_UNKNOWN`, for the priority lane.
    public init(_ reader: inout SettingsReader, medium: Medium) {
        let isRepeated = reader.bool("POSTHORN_\(medium.rawValue.uppercased())_REPEAT_UNKNOWN", default: true)
        self = isRepeated ? .sentAgain : .givenUp
    }
}

extension RetrySchedule {
    /// The same schedule with another answer to unknown outcomes, which only the priority lane can have.
    public func answering(_ outcome: UnknownOutcome, on lane: Lane) -> RetrySchedule {
        var schedule = self
        schedule.unknownOutcome = lane == .priority ? outcome : .givenUp
        return schedule
    }
}
