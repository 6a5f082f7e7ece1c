public import Model

/// What one sender process does on one lane of a medium.
public struct LaneReport: Sendable, Equatable {
    /// What a process knows of the age of the oldest message that waits on a queue.
    public enum Oldest: Sendable, Equatable {
        /// The request of the oldest one was accepted at this time.
        case exactly(Timestamp)
        /// It was accepted at this time or later.
        case notBefore(Timestamp)
        case unknown
    }

    public let name: LaneName
    /// The settings that it has applied.
    public let settings: LaneSettings
    /// The prefetch that it uses.
    public let prefetch: Int
    /// How many consumers of each queue run.
    public let consumers: Int
    /// How many have stopped consuming and still settle what they began.
    public let leaving: Int
    /// Notifications that are begun and not settled.
    public let inFlight: Int
    /// Messages that it has and has not acknowledged or requeued.
    public let unacknowledged: Int
    /// Messages acknowledged since its start.
    public let acknowledged: Int
    /// Notifications settled since its start.
    public let settled: Int
    public let oldest: [Traffic: Oldest]

    public init(
        _ name: LaneName, settings: LaneSettings, prefetch: Int, consumers: Int, leaving: Int, inFlight: Int, unacknowledged: Int,
        acknowledged: Int, settled: Int, oldest: [Traffic: Oldest]
    ) {
        self.name = name
        self.settings = settings
        self.prefetch = prefetch
        self.consumers = consumers
        self.leaving = leaving
        self.inFlight = inFlight
        self.unacknowledged = unacknowledged
        self.acknowledged = acknowledged
        self.settled = settled
        self.oldest = oldest
    }

    /// Whether nothing is begun, and nothing will be before the lane is resumed.
    public var isDrained: Bool { settings.isPaused && consumers == 0 && leaving == 0 && inFlight == 0 }
}
