public import Broker
import Synchronization

/// Consumes one queue and runs the function that processes its deliveries.
public final class QueueWorker: Sendable {
    private let consume: @Sendable () async throws(BrokerError) -> Consumption
    private let running = Mutex<(consumption: Consumption, task: Task<Void, Never>)?>(nil)

    /// - Parameter prefetch: how many messages may be unacknowledged.
    public init(queue: String, prefetch: Int, subscriber: Subscriber) {
        consume = { () async throws(BrokerError) in try await subscriber.consume(queue: queue, prefetch: prefetch) }
    }

    /// - Parameters:
    ///   - own: a queue of the connection's own, declared when the consumption starts and after each interruption.
    ///   - restarted: called after an interruption, because messages may have been lost. It must return at once.
    public init(own: OwnQueue, prefetch: Int, subscriber: Subscriber, restarted: @escaping @Sendable () -> Void = {}) {
        consume = { () async throws(BrokerError) in
            try await subscriber.consume(own, prefetch: prefetch, restarted: restarted)
        }
    }

    /// Returns when consumption of the queue has started. Called once.
    ///
    /// - Parameter work: processes the deliveries until they end.
    /// - Throws: `BrokerError` where the queue cannot be consumed.
    public func start(_ work: @escaping @Sendable (Consumption) async -> Void) async throws(BrokerError) {
        let consumption = try await consume()
        let task = Task { await work(consumption) }
        running.withLock { $0 = (consumption, task) }
    }

    /// Stops new deliveries. Does nothing before `start` has returned.
    public func stopTaking() async { await running.withLock { $0?.consumption }?.cancel() }

    /// Stops new deliveries and returns when the work is done. If the caller is cancelled, the work is cancelled.
    ///
    /// - Parameter stopWaiting: called when there are no new deliveries.
    public func drain(_ stopWaiting: () async -> Void = {}) async {
        guard let (consumption, task) = running.withLock({ $0 }) else { return }
        await consumption.cancel()
        await stopWaiting()
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
