/// A part of a process that runs until the process is told to stop.
public protocol Service: Sendable {
    /// For logs: `gateway`, `admin`, `recorder`.
    var name: String { get }

    /// Whether others stand on it. `ground` unless said otherwise.
    var stage: ServiceStage { get }

    /// Returns when the service is ready to work. A thrown error ends the process with its message.
    func start() async throws

    /// Takes in nothing new, and gives back what it has not begun. It does not wait for what is in flight. Called once before `drain`, at the
    /// same time as for all other services that have started; does nothing unless said otherwise.
    func stopTaking() async

    /// Takes in nothing new, finishes what is in flight, flushes, acknowledges and closes. Called once, also when `start` threw.
    func drain() async
}

/// When a service is drained.
public enum ServiceStage: Sendable {
    /// It works on what comes: drained at the same time as all others that do, so that one that takes long takes no time from the others.
    case work
    /// Others stand on it, as on a connection: drained after all work is done, one after the other, the last that started first.
    case ground
}

extension Service {
    public var stage: ServiceStage { .ground }
    public func stopTaking() async {}
}
