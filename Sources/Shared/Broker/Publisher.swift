import Executors
public import Runtime

/// Publishes messages over one connection and answers when the broker has confirmed them.
public actor Publisher {
    nonisolated let executor: ThreadExecutor

    public init(settings: BrokerSettings, name: String, log: Log, metrics: Metrics) {
        executor = ThreadExecutor(name: name)
    }

    public func start() async throws(BrokerError) {}

    public func publish(_ messages: [OutgoingMessage], within limit: Duration? = nil) async throws(PublishError) {}

    public func close() async {}
}
