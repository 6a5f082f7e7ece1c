import Executors
public import Runtime
import Synchronization

/// Publishes messages over one connection, waits for their confirms, and reconnects when the connection is lost.
///
/// It runs on a thread of its own, which writes all messages that wait and reads the confirms. So many small calls at the same time cost
/// little more than one large call.
public actor Publisher {
    enum Phase { case disconnected, opening, ready }

    nonisolated let executor: ThreadExecutor
    nonisolated let ready = Atomic<Bool>(false)
    let settings: BrokerSettings
    /// The connection's name in RabbitMQ's management UI and in metrics.
    public nonisolated let name: String
    let log: Log
    let metrics: BrokerMetrics
    let dialer: Dialer

    var handle: BrokerHandle?
    var phase = Phase.disconnected { didSet { noteCondition() } }
    var isBlocked = false { didSet { noteCondition() } }
    var isClosed = false
    var queue = PublishQueue()
    var backOff = BackOff(limit: .seconds(3))
    /// When the broker must have answered the last command.
    var answerDeadline: ContinuousClock.Instant?
    var starting: CheckedContinuation<Result<Void, BrokerError>, Never>?
    var closing: CheckedContinuation<Void, Never>?

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

    /// Whether it is connected and the broker does not block publishing.
    public nonisolated var isReady: Bool { ready.load(ordering: .relaxed) }

    /// Connects. From then on, the publisher reconnects by itself until `close`.
    ///
    /// - Throws: `BrokerError` if this first connection fails.
    public func start() async throws(BrokerError) {
        let handle = try await dialer.dial(settings, name: name, writeLimit: settings.writeLimit)
        try await withCheckedContinuation { continuation in
            starting = continuation
            adopt(handle)
        }.get()
    }

    /// Publishes messages in order and returns when the broker has confirmed all of them, within the limit.
    ///
    /// - Parameters:
    ///   - messages: any number, to any exchanges.
    ///   - limit: for the whole call; nil for the settings' `publishLimit`.
    /// - Throws: the first `PublishError`. The other messages of the call may have arrived nevertheless.
    public func publish(_ messages: [OutgoingMessage], within limit: Duration? = nil) async throws(PublishError) {
        guard !messages.isEmpty else { return }
        for message in messages { if let problem = message.problem { throw .unsendable(problem) } }
        if let failure = await publish(sendable: messages, within: limit).failures.first { throw failure.error }
    }

    /// Publishes messages in order and reports each outcome, within the limit. A message that AMQP cannot carry fails alone.
    ///
    /// - Parameters:
    ///   - messages: any number, to any exchanges.
    ///   - limit: for the whole call; nil for the settings' `publishLimit`.
    /// - Returns: the unconfirmed messages, with their errors.
    public func attempt(_ messages: [OutgoingMessage], within limit: Duration? = nil) async -> PublishReport {
        let problems = messages.map(\.problem)
        guard problems.contains(where: { $0 != nil }) else { return await publish(sendable: messages, within: limit) }
        let places = messages.indices.filter { problems[$0] == nil }
        let unsendable = messages.indices.compactMap { index in
            problems[index].map { PublishReport.Failure(index: index, error: .unsendable($0), mayHaveArrived: false) }
        }
        let report = await publish(sendable: places.map { messages[$0] }, within: limit)
        return PublishReport(
            failures: unsendable
                + report.failures.map {
                    PublishReport.Failure(index: places[$0.index], error: $0.error, mayHaveArrived: $0.mayHaveArrived)
                })
    }

    private func publish(sendable messages: [OutgoingMessage], within limit: Duration?) async -> PublishReport {
        guard !messages.isEmpty else { return PublishReport(failures: []) }
        guard !isClosed else { return .nothingWritten(messages, because: .closed) }
        guard queue.waitingCount == 0 || hasRoom(for: messages) else { return .nothingWritten(messages, because: .overloaded) }
        let deadline = ContinuousClock.now + (limit ?? settings.publishLimit)
        return await withCheckedContinuation { continuation in
            queue.add(PublishCall(messages, deadline: deadline, continuation: continuation))
        }
    }

    /// Rejects new calls, waits for the pending ones (each ends within its limit) and closes the connection.
    public func close() async {
        guard !isClosed else { return }
        isClosed = true
        if !queue.isIdle { await withCheckedContinuation { closing = $0 } }
        handle?.close()
        handle = nil
        phase = .disconnected
    }

    private func hasRoom(for messages: [OutgoingMessage]) -> Bool {
        let bytes = messages.reduce(queue.waitingBytes) { $0 + $1.body.count }
        return queue.waitingCount + messages.count <= settings.waitingLimit && bytes <= settings.waitingBytesLimit
    }

    private func noteCondition() {
        ready.store(phase == .ready && !isBlocked, ordering: .relaxed)
        metrics.isConnected.set(phase == .ready ? 1 : 0)
        metrics.isBlocked.set(isBlocked ? 1 : 0)
    }
}

extension PublishReport {
    fileprivate static func nothingWritten(_ messages: [OutgoingMessage], because error: PublishError) -> PublishReport {
        PublishReport(failures: messages.indices.map { Failure(index: $0, error: error, mayHaveArrived: false) })
    }
}
