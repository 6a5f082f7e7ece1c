/// A part of a process that runs until the process is told to stop.
public protocol Service: Sendable {
    /// For logs: `gateway`, `admin`, `recorder`.
    var name: String { get }

    /// Returns when the service is ready to work. A thrown error ends the process with its message.
    func start() async throws

    /// Takes in nothing new, finishes what is in flight, flushes, acknowledges and closes. Called once, also when `start` threw.
    func drain() async
}
