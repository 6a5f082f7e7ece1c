import Executors
public import Runtime

/// Queries the broker about queues and exchanges, over a connection of its own that is opened on first use.
///
/// Each query runs on the inspector's own thread and takes at most the settings' `connectLimit`.
public actor BrokerInspector {
    private static let amqpChannel: UInt16 = 1

    nonisolated let executor: ThreadExecutor
    private let settings: BrokerSettings
    private let name: String
    private let log: Log
    private var handle: BrokerHandle?
    private var isClosed = false

    public init(settings: BrokerSettings, name: String, log: Log) {
        self.settings = settings
        self.name = name
        self.log = log
        executor = ThreadExecutor(name: name)
        executor.watch { [weak self] in self?.assumeIsolated { $0.pump() } ?? Watch() }
    }

    /// The number of ready messages and of queue consumers.
    ///
    /// - Throws: `BrokerError.notFound` if there is no such queue; a transient error if there is no connection now.
    public func depth(of queue: String) async throws(BrokerError) -> (messages: Int, consumers: Int) {
        try ask { handle throws(BrokerError) in try handle.depth(of: queue, on: Self.amqpChannel) }
    }

    public func queueExists(_ queue: String) async throws(BrokerError) -> Bool {
        try exists { handle throws(BrokerError) in _ = try handle.depth(of: queue, on: Self.amqpChannel) }
    }

    public func exchangeExists(_ exchange: String) async throws(BrokerError) -> Bool {
        try exists { handle throws(BrokerError) in try handle.findExchange(exchange, on: Self.amqpChannel) }
    }

    public func close() async {
        isClosed = true
        handle?.close()
        handle = nil
    }

    private func exists(_ question: (BrokerHandle) throws(BrokerError) -> Void) throws(BrokerError) -> Bool {
        do {
            try ask(question)
            return true
        } catch .notFound { return false }
    }

    /// Retries once over a new connection if the old one was lost.
    private func ask<Answer>(_ question: (BrokerHandle) throws(BrokerError) -> Answer) throws(BrokerError) -> Answer {
        guard !isClosed else { throw .closed }
        let wasConnected = handle != nil
        do {
            return try question(connected())
        } catch {
            switch error {
            case .notFound, .accessRefused:
                reopenAMQPChannel()
                throw error
            default:
                handle = nil
                guard wasConnected, error.isTransient else { throw error }
            }
        }
        do { return try question(connected()) } catch {
            handle = nil
            throw error
        }
    }

    private func connected() throws(BrokerError) -> BrokerHandle {
        if let handle { return handle }
        let handle = try BrokerHandle(settings: settings, name: name, writeLimit: settings.writeLimit)
        handle.limitAnswers(settings.connectLimit)
        try handle.openAMQPChannel(Self.amqpChannel)
        self.handle = handle
        return handle
    }

    private func reopenAMQPChannel() {
        do { try handle?.openAMQPChannel(Self.amqpChannel) } catch { handle = nil }
    }

    /// Sends heartbeats between queries.
    private func pump() -> Watch {
        guard let handle else { return Watch() }
        do {
            while let frame = try handle.next() {
                if case .connectionClosed = frame { throw BrokerError.timedOut }
            }
            handle.release()
            return Watch(descriptor: handle.descriptor, deadline: .now + settings.heartbeat / 4)
        } catch {
            log.debug("broker inspector connection lost", ["connection": name, "error": "\(error)"])
            self.handle = nil
            return Watch()
        }
    }
}
