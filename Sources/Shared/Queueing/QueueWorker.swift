public import Broker
import Synchronization

/// Consumes one queue and runs the function that processes its deliveries.
public final class QueueWorker: Sendable {
    private let queue: String
    private let prefetch: Int
    private let subscriber: Subscriber
    private let running = Mutex<(consumption: Consumption, task: Task<Void, Never>)?>(nil)

    /// - Parameter prefetch: how many messages may be unacknowledged.
    public init(queue: String, prefetch: Int, subscriber: Subscriber) {
        self.queue = queue
        self.prefetch = prefetch
        self.subscriber = subscriber
    }

    /// Returns when consumption of the queue has started. Called once.
    ///
    /// - Parameter work: processes the deliveries until they end.
    /// - Throws: `BrokerError` where the queue cannot be consumed.
    public func start(_ work: @escaping @Sendable (Consumption) async -> Void) async throws {
        let consumption = try await subscriber.consume(queue: queue, prefetch: prefetch)
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
