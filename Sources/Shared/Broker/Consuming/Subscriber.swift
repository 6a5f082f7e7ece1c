import Executors
public import Runtime
import Synchronization

/// Consumes queues over one connection, each on an AMQP channel of its own, and keeps the connection up.
///
/// It runs on a thread of its own, which gathers what has arrived into batches and many acknowledgements into few.
public actor Subscriber {
    nonisolated let executor: ThreadExecutor
    nonisolated let ready = Atomic<Bool>(false)
    let settings: BrokerSettings
    /// Of the connection, as the broker's operators and the metrics see it.
    public nonisolated let name: String
    let log: Log
    let metrics: BrokerMetrics
    let dialer: Dialer

    var handle: BrokerHandle?
    var isClosed = false
    var consumers: [Int: Consumer] = [:]
    /// The same by AMQP channel, from 1 on.
    var channels: [Consumer?] = [nil]
    var lastConsumer = 0
    var lastEpoch: UInt32 = 0
    var backOff = BackOff(limit: .seconds(3))

    /// - Parameter name: of the connection, as the broker's operators and the metrics see it.
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

    /// Connects; from then on the subscriber keeps the connection up by itself until `close`.
    ///
    /// - Throws: `BrokerError` if this first connection cannot be made.
    public func start() async throws(BrokerError) {
        adopt(try await dialer.dial(settings, name: name, writeLimit: settings.heartbeat * 2))
    }

    /// Begins to consume a queue. After a reconnect, or when the broker cancels the consumer, it is taken up again.
    ///
    /// - Parameters:
    ///   - prefetch: how many messages may be delivered and unsettled at a time, 1–65,535.
    ///   - exclusive: refuses any other consumer of the queue.
    /// - Throws: `BrokerError.notFound`, `.accessRefused` (also where an exclusive consumer is there already), or `.unreachable` while there
    ///   is no connection, which is worth a retry.
    public func consume(queue: String, prefetch: Int, exclusive: Bool = false) async throws(BrokerError) -> Consumption {
        try await consume(queue, own: nil, prefetch: prefetch, exclusive: exclusive)
    }

    /// Declares a queue of the connection's own, binds it and consumes it. After a reconnect all of that is done again, with a new queue.
    ///
    /// - Parameter prefetch: how many messages may be delivered and unsettled at a time, 1–65,535.
    /// - Throws: `BrokerError.notFound` where there is no such exchange, `.accessRefused` where the user may not declare or bind it, or
    ///   `.unreachable` while there is no connection, which is worth a retry.
    public func consume(_ own: OwnQueue, prefetch: Int) async throws(BrokerError) -> Consumption {
        try await consume(own.prefix, own: own, prefetch: prefetch, exclusive: true)
    }

    private func consume(_ queue: String, own: OwnQueue?, prefetch: Int, exclusive: Bool) async throws(BrokerError)
        -> Consumption
    {
        guard !isClosed else { throw .closed }
        guard handle != nil else { throw .unreachable("there is no connection now") }
        let consumer = try register(queue, own, prefetch, exclusive)
        try await withCheckedContinuation { continuation in
            consumer.starting = continuation
            open(consumer)
        }.get()
        return Consumption(
            deliveries: consumer.mailbox.stream, subscriber: self, consumer: consumer.number, mailbox: consumer.mailbox)
    }

    /// Sends the acknowledgements that are due and closes the connection. What is not settled goes back to its queue.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        if let handle {
            for consumer in consumers.values { consumer.tellBy = .now }
            if handle.isWritable { try? settle(on: handle, .now) }
            handle.close()
        }
        disconnect(.closed)
    }

    func acknowledge(_ tags: [DeliveryTag], consumer number: Int) {
        guard let consumer = consumers[number] else { return metrics.stale.increment(by: tags.count) }
        var stale = 0
        for tag in tags where tag.epoch != consumer.epoch || !consumer.ledger.acknowledge(tag.number) { stale += 1 }
        metrics.acknowledged.increment(by: tags.count - stale)
        metrics.stale.increment(by: stale)
    }

    func reject(_ tag: DeliveryTag, requeue: Bool, consumer number: Int) {
        guard let consumer = consumers[number], tag.epoch == consumer.epoch,
            consumer.ledger.reject(tag.number, requeue: requeue)
        else { return metrics.stale.increment() }
        metrics.rejected.increment()
    }

    func giveBack(_ tags: [DeliveryTag], consumer number: Int) {
        for tag in tags { reject(tag, requeue: true, consumer: number) }
    }

    func cancel(consumer number: Int) async {
        guard let consumer = consumers[number] else { return }
        switch consumer.phase {
        case .cancelled, .closing: return
        case .waiting:
            forget(consumer)
            consumer.endCancelling()
        case .idle, .opening:
            consumer.phase = .cancelled
            consumer.endCancelling()
        case .consuming, .cancelling:
            await withCheckedContinuation { continuation in
                consumer.cancelling.append(continuation)
                guard consumer.phase == .consuming else { return }
                consumer.phase = .cancelling
                command(.cancel, on: consumer)
            }
        }
    }

    private func register(_ queue: String, _ own: OwnQueue?, _ prefetch: Int, _ isExclusive: Bool) throws(BrokerError)
        -> Consumer
    {
        let channel = channels.dropFirst().firstIndex { $0 == nil } ?? channels.endIndex
        guard channel < 2047 else { throw .unreachable("no AMQP channel is free") }
        lastConsumer += 1
        let consumer = Consumer(
            number: lastConsumer, queue: queue, own: own, prefetch: prefetch, isExclusive: isExclusive, channel: UInt16(channel))
        if channel == channels.endIndex { channels.append(consumer) } else { channels[channel] = consumer }
        consumers[lastConsumer] = consumer
        return consumer
    }

    func forget(_ consumer: Consumer) {
        consumers[consumer.number] = nil
        channels[Int(consumer.channel)] = nil
    }
}
