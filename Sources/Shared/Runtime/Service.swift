/// A part of a process that runs until the process stops.
public protocol Service: Sendable {
    /// For logs: `gateway`, `admin`, `recorder`.
    var name: String { get }

    /// When it is drained. Default: `connections`.
    var stage: ServiceStage { get }

    /// Returns when the service is ready. An error ends the process with its message.
    func start() async throws

    /// Stops taking new work and returns what it has not begun. Does not wait for work in flight. Called once before `drain`, concurrently for
    /// all services that have started. Default: does nothing.
    func stopTaking() async

    /// Takes no new work, finishes the work in flight, flushes, acknowledges and closes. Called once, also if `start` threw.
    func drain() async
}

/// When a service is drained.
public enum ServiceStage: Sendable {
    /// Processes messages or requests. Drained concurrently with all others of this stage, so that a slow one does not use up their time.
    case work
    /// Used by others, such as a connection. Drained after all of stage `work`, one after the other, in reverse order of their start.
    case connections
}

extension Service {
    public var stage: ServiceStage { .connections }
    public func stopTaking() async {}
}
