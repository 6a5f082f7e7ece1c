public import Broker
public import Runtime

/// A service that processes the deliveries of one queue, from its start until it is drained. It defines only how it processes them; its
/// ``QueueWorker`` consumes, stops and waits.
public protocol QueueService: Service {
    var worker: QueueWorker { get }

    /// Processes deliveries until they end, and returns when each is settled or left unacknowledged. If its task is cancelled, it leaves the rest
    /// unacknowledged, and the broker redelivers them.
    func work(on consumption: Consumption) async

    /// Ends waits for other parts, such as for room on another queue, because the service is being drained. Default: does nothing.
    func stopWaiting() async
}

extension QueueService {
    public var stage: ServiceStage { .work }

    public func start() async throws { try await worker.start { await work(on: $0) } }

    public func stopTaking() async { await worker.stopTaking() }

    public func drain() async { await worker.drain { await stopWaiting() } }

    public func stopWaiting() async {}
}
