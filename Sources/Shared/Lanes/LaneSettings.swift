public import Model

/// What operators set for a lane of a medium, for all sender processes.
public struct LaneSettings: Hashable, Sendable {
    /// Whether notifications are sent.
    public enum Flow: Hashable, Sendable {
        case active
        case paused(since: Timestamp)
    }

    /// The most that a process may have.
    public static let consumerRange = 1...32
    public static let prefetchRange = 1...10_000

    /// How many consumers of each of its queues a sender process has.
    public var consumers = 1
    /// How many burst notifications each of them works on; nil for the setting of the process.
    public var prefetch: Int?
    public var flow = Flow.active
    /// Grows with each change; 0 for a lane that was never changed.
    public var version: Int64 = 0

    public init() {}

    public var isPaused: Bool { if case .paused = flow { true } else { false } }
}
