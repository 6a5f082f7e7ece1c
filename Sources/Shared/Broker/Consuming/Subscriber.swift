import Executors
public import Runtime
import Synchronization

/// Consumes queues over one connection, each on an AMQP channel of its own, and reconnects when the connection is lost.
///
/// It runs on a thread of its own, which batches deliveries and combines acknowledgements.
public actor Subscriber {
    nonisolated let executor: ThreadExecutor
    nonisolated let ready = Atomic<Bool>(false)
    let settings: BrokerSettings
    /// The connection's name in RabbitMQ's management UI and in metrics.
    public nonisolated let name: String
    let log: Log
    let metrics: BrokerMetrics
    let dialer: Dialer

    var handle: BrokerHandle?
    var isClosed = false
    var queueConsumers: [Int: QueueConsumer] = [:]
    /// By AMQP channel number, from 1.
    var byAMQPChannel: [QueueConsumer?] = [nil]
    var lastQueueConsumer = 0
    var lastEpoch: UInt32 = 0
    var backOff = BackOff(limit: .seconds(3))

    /// - Parameter name: the connection's name in RabbitMQ's management UI and in metrics.
    public init(settings: BrokerSettings, name: String, log: Log, metrics: Metrics) {
        self.settings = settings
        self.name = name
        self.log = log
        self.metrics = BrokerMetrics(metrics, connection: name)
        executor = ThreadExecutor(name: name)
        dialer = Dialer(name: "dial \(name)")
        executor.watch { [weak self] in self?.assumeIsolated { $0.pump() } ?? Watch() }
    }

    /// Whether there is a connection now.
    public nonisolated var isReady: Bool { ready.load(ordering: .relaxed) }

    /// Connects. From then on, the subscriber reconnects by itself until `close`.
    ///
    /// - Throws: `BrokerError` if this first connection fails.
    public func start() async throws(BrokerError) {
        adopt(try await dialer.dial(settings, name: name, writeLimit: settings.heartbeat * 2))
    }

    /// Starts to consume a queue. Starts again after a reconnect, and when the broker cancels the queue consumer.
    ///
    /// - Parameters:
    ///   - prefetch: how many messages may be delivered and unsettled at a time, 1–65,535.
    ///   - exclusive: whether to allow no other queue consumer.
    /// - Throws: `BrokerError.notFound`; `.accessRefused` (also if the queue has an exclusive queue consumer); `.unreachable` while there is
    ///   no connection, which may be retried.
    public func consume(queue: String, prefetch: Int, exclusive: Bool = false) async throws(BrokerError) -> Consumption {
        try await consume(queue, own: nil, prefetch: prefetch, exclusive: exclusive)
    }

    /// Declares a queue of the connection's own, binds it and consumes it. Repeats this with a new queue after a reconnect.
    ///
    /// - Parameters:
    ///   - prefetch: how many messages may be delivered and unsettled at a time, 1–65,535.
    ///   - restarted: called each time with the new queue, because messages may have been lost before. It runs on the subscriber's thread and
    ///     must return at once.
    /// - Throws: `BrokerError.notFound` if the exchange does not exist; `.accessRefused` if the user may not declare or bind the queue;
    ///   `.unreachable` while there is no connection, which may be retried.
    public func consume(
        _ own: OwnQueue, prefetch: Int, restarted: @escaping @Sendable () -> Void = {}
    ) async throws(BrokerError) -> Consumption {
        try await consume(own.prefix, own: own, prefetch: prefetch, exclusive: true, restarted: restarted)
    }

    private func consume(
        _ queue: String, own: OwnQueue?, prefetch: Int, exclusive: Bool, restarted: @escaping @Sendable () -> Void = {}
    ) async throws(BrokerError) -> Consumption {
        guard !isClosed else { throw .closed }
        guard handle != nil else { throw .unreachable("not connected") }
        let queueConsumer = try register(queue, own, prefetch, exclusive, restarted)
        try await withCheckedContinuation { continuation in
            queueConsumer.starting = continuation
            open(queueConsumer)
        }.get()
        return Consumption(
            deliveries: queueConsumer.mailbox.stream, subscriber: self, queueConsumer: queueConsumer.number,
            mailbox: queueConsumer.mailbox)
    }

    /// Sends the deferred acknowledgements and closes the connection. The broker requeues unsettled deliveries.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        if let handle {
            for queueConsumer in queueConsumers.values { queueConsumer.flushBy = .now }
            if handle.isWritable { try? settle(on: handle, .now) }
            handle.close()
        }
        disconnect(.closed)
    }

    func acknowledge(_ tags: [DeliveryTag], queueConsumer number: Int) {
        guard let queueConsumer = queueConsumers[number] else { return metrics.stale.increment(by: tags.count) }
        var stale = 0
        for tag in tags where tag.epoch != queueConsumer.epoch || !queueConsumer.ledger.acknowledge(tag.number) { stale += 1 }
        metrics.acknowledged.increment(by: tags.count - stale)
        metrics.stale.increment(by: stale)
    }

    func reject(_ tag: DeliveryTag, requeue: Bool, queueConsumer number: Int) {
        guard let queueConsumer = queueConsumers[number], tag.epoch == queueConsumer.epoch,
            queueConsumer.ledger.reject(tag.number, requeue: requeue)
        else { return metrics.stale.increment() }
        metrics.rejected.increment()
    }

    func requeue(_ tags: [DeliveryTag], queueConsumer number: Int) {
        for tag in tags { reject(tag, requeue: true, queueConsumer: number) }
    }

    func cancel(queueConsumer number: Int) async {
        guard let queueConsumer = queueConsumers[number] else { return }
        switch queueConsumer.phase {
        case .cancelled, .closing: return
        case .waiting:
            forget(queueConsumer)
            queueConsumer.endCancelling()
        case .idle, .opening:
            queueConsumer.phase = .cancelled
            queueConsumer.endCancelling()
        case .consuming, .cancelling:
            await withCheckedContinuation { continuation in
                queueConsumer.cancelling.append(continuation)
                guard queueConsumer.phase == .consuming else { return }
                queueConsumer.phase = .cancelling
                command(.cancel, on: queueConsumer)
            }
        }
    }

    private func register(
        _ queue: String, _ own: OwnQueue?, _ prefetch: Int, _ isExclusive: Bool, _ restarted: @escaping @Sendable () -> Void
    ) throws(BrokerError) -> QueueConsumer {
        let amqpChannel = byAMQPChannel.dropFirst().firstIndex { $0 == nil } ?? byAMQPChannel.endIndex
        guard amqpChannel < 2047 else { throw .unreachable("all 2,046 AMQP channels of the connection are in use") }
        lastQueueConsumer += 1
        let queueConsumer = QueueConsumer(
            number: lastQueueConsumer, queue: queue, own: own, prefetch: prefetch, isExclusive: isExclusive,
            amqpChannel: UInt16(amqpChannel), restarted: restarted)
        if amqpChannel == byAMQPChannel.endIndex {
            byAMQPChannel.append(queueConsumer)
        } else {
            byAMQPChannel[amqpChannel] = queueConsumer
        }
        queueConsumers[lastQueueConsumer] = queueConsumer
        return queueConsumer
    }

    func forget(_ queueConsumer: QueueConsumer) {
        queueConsumers[queueConsumer.number] = nil
        byAMQPChannel[Int(queueConsumer.amqpChannel)] = nil
    }
}
