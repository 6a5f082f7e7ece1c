/// How long a notification waits before its next try. Each step is an exchange, and has a queue for each lane, whose messages all wait equally
/// long: so the first in is the first out, nothing stands behind a longer wait, and no lane fills another's hold.
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

    /// The name of the step's exchange.
    ///
    /// Not `retry.<step>`: that was a fanout exchange, an import of definitions leaves an exchange of another type as it is, and a fanout would
    /// put a copy of each notification on the hold of every lane.
    public var exchange: String { "retry.\(rawValue)" }

    /// The shortest step that is at least as long as asked for; the longest where none is.
    public init(atLeast wait: Duration) {
        self = Self.allCases.first { $0.duration >= wait } ?? .fourHours
    }
}
