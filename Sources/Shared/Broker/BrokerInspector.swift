import Executors
public import Runtime

/// Asks the broker about queues and exchanges, over a connection of its own that is opened when it is first needed.
public actor BrokerInspector {
    nonisolated let executor: ThreadExecutor

    public init(settings: BrokerSettings, name: String, log: Log) {
        executor = ThreadExecutor(name: name)
    }

    /// How many messages are ready to be delivered and how many consumers there are.
    ///
    /// - Throws: `BrokerError.notFound` where there is no such queue.
    public func depth(of queue: String) async throws(BrokerError) -> (messages: Int, consumers: Int) { throw .closed }

    public func queueExists(_ queue: String) async throws(BrokerError) -> Bool { throw .closed }

    public func exchangeExists(_ exchange: String) async throws(BrokerError) -> Bool { throw .closed }

    public func close() async {}
}
