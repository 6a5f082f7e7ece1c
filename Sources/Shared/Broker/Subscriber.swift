import Executors
public import Runtime

/// Consumes queues over one connection, each on an AMQP channel of its own.
public actor Subscriber {
    nonisolated let executor: ThreadExecutor

    public init(settings: BrokerSettings, name: String, log: Log, metrics: Metrics) {
        executor = ThreadExecutor(name: name)
    }

    public func start() async throws(BrokerError) {}

    public func consume(queue: String, prefetch: Int, exclusive: Bool = false) async throws(BrokerError) -> Consumption {
        throw .closed
    }

    public func close() async {}

    func acknowledge(_ tags: [DeliveryTag], consumer: Int) {}
    func reject(_ tag: DeliveryTag, requeue: Bool, consumer: Int) {}
    func cancel(consumer: Int) async {}
}
