/// How long a notification waits before its next attempt. Each delay is an exchange with a queue for each lane. All messages of a queue wait
/// equally long: so the first in is the first out, none waits behind a longer delay, and no lane fills the queue of another.
public enum RetryDelay: String, CaseIterable, Sendable {
    case fiveSeconds = "5s"
    case thirtySeconds = "30s"
    case twoMinutes = "2m"
    case tenMinutes = "10m"
    case oneHour = "1h"
    case fourHours = "4h"

    public var duration: Duration {
        switch self {
        case .fiveSeconds: .seconds(5)
        case .thirtySeconds: .seconds(30)
        case .twoMinutes: .seconds(120)
        case .tenMinutes: .seconds(600)
        case .oneHour: .seconds(3600)
        case .fourHours: .seconds(14400)
        }
    }

    /// The name of the delay's exchange.
    ///
    /// Earlier, `retry.<delay>` was a fanout exchange, which would send a copy of each notification to every lane. An import of definitions does
    /// not change the type of an exchange; `posthorn topology check` reports it.
    public var exchange: String { "retry.\(rawValue)" }

    /// The delay to use for a wait of any length: the longest that is not longer, or the shortest of all. What then remains of the wait is spent
    /// in the same way, so that all of it is less than the shortest delay longer than the wait.
    public init(within wait: Duration) { self = Self.allCases.last { $0.duration <= wait } ?? .fiveSeconds }

    /// The next shorter and the next longer delay; nil where there is none.
    public var neighbours: (shorter: RetryDelay?, longer: RetryDelay?) {
        (Self.allCases.last { $0.duration < duration }, Self.allCases.first { $0.duration > duration })
    }
}
