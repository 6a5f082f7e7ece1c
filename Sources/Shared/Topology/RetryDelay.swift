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

    /// The delay to use for a wait of any length: the shortest that is at least as long, unless it is more than twice as long and there is a
    /// shorter one. What then remains of the wait is spent in the same way, so that all of it is between the wait and twice the wait.
    public init(within wait: Duration) {
        let longer = Self.allCases.first { $0.duration >= wait } ?? .fourHours
        let shorter = Self.allCases.last { $0.duration < wait }
        self = longer.duration <= wait * 2 ? longer : shorter ?? longer
    }

    /// The next shorter and the next longer delay; nil where there is none.
    public var neighbours: (shorter: RetryDelay?, longer: RetryDelay?) {
        (Self.allCases.last { $0.duration < duration }, Self.allCases.first { $0.duration > duration })
    }

    /// The delay whose ratio to this is nearest to 1.
    public init(nearest duration: Duration) {
        func ratio(_ delay: RetryDelay) -> Double {
            let ratio = delay.duration / max(duration, .milliseconds(1))
            return max(ratio, 1 / ratio)
        }
        self = Self.allCases.min { ratio($0) < ratio($1) }!
    }
}
