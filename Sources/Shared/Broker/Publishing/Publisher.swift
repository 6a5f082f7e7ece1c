import Executors
public import Runtime
import Synchronization

/// Publishes messages over one connection and answers when the broker has confirmed them.
///
/// It runs on a thread of its own, which writes what has gathered since it last looked and reads the confirms; many small calls at the same
/// time cost little more than one large one.
public actor Publisher {
    enum Phase { case disconnected, opening, ready }

    nonisolated let executor: ThreadExecutor
    nonisolated let ready = Atomic<Bool>(false)
    let settings: BrokerSettings
    /// Of the connection, as the broker's operators and the metrics see it.
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
    /// Until when the broker must have answered the last command.
    var answerDeadline: ContinuousClock.Instant?
    var starting: CheckedContinuation<Result<Void, BrokerError>, Never>?
    var closing: CheckedContinuation<Void, Never>?

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

    /// Whether a publish has a chance now: connected, and the broker takes messages.
    public nonisolated var isReady: Bool { ready.load(ordering: .relaxed) }

    /// Connects; from then on the publisher keeps the connection up by itself until `close`.
    ///
    /// - Throws: `BrokerError` if this first connection cannot be made.
    public func start() async throws(BrokerError) {
        let handle = try await dialer.dial(settings, name: name, writeLimit: settings.writeLimit)
        try await withCheckedContinuation { continuation in
            starting = continuation
            adopt(handle)
        }.get()
    }

    /// Publishes messages in their order and returns when the broker has confirmed every one. Does not wait for longer than the limit.
    ///
    /// - Parameters:
    ///   - messages: any number; they need not go to the same exchange.
    ///   - limit: for the whole call; nil for the settings' `publishLimit`.
    /// - Throws: `PublishError`, the first where several messages failed for different reasons. The other messages of the call
    ///   may have arrived all the same.
    public func publish(_ messages: [OutgoingMessage], within limit: Duration? = nil) async throws(PublishError) {
        guard !messages.isEmpty else { return }
        for message in messages { if let problem = message.problem { throw .unsendable(problem) } }
        if let failure = await publish(sendable: messages, within: limit).failures.first { throw failure.error }
    }

    /// Publishes messages in their order and tells of each whether the broker has confirmed it. One that the protocol cannot carry fails by
    /// itself. Does not wait for longer than the limit.
    ///
    /// - Parameters:
    ///   - messages: any number; they need not go to the same exchange.
    ///   - limit: for the whole call; nil for the settings' `publishLimit`.
    /// - Returns: the messages that are not confirmed, with why.
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

    /// Takes nothing new, waits for the calls that are under way (none is longer than its limit) and closes the connection.
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
