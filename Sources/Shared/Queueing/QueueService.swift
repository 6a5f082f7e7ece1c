public import Broker
public import Runtime

/// A service that works on what one queue delivers, from its start until it is drained. What it does with deliveries is all that it says
/// itself; its ``QueueWorker`` consumes, stops and waits.
public protocol QueueService: Service {
    var worker: QueueWorker { get }

    /// Works on deliveries until they end, and returns when everything that was taken is settled or left to come again. Where its task is
    /// cancelled it leaves the rest unacknowledged, and the broker delivers that again.
    func work(on consumption: Consumption) async

    /// Lets go of whatever waits for something else than what it works with, such as room on another queue, because the queue is being
    /// drained. Does nothing unless said otherwise.
    func stopWaiting() async
}

extension QueueService {
    public var stage: ServiceStage { .work }

    public func start() async throws { try await worker.start { await work(on: $0) } }

    public func stopTaking() async { await worker.stopTaking() }

    public func drain() async { await worker.drain { await stopWaiting() } }

    public func stopWaiting() async {}
}
