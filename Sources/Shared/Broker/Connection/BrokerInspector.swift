import Executors
public import Runtime

/// Asks the broker about queues and exchanges, over a connection of its own that is opened when it is first needed.
///
/// Its questions wait on its own thread, each at most for the settings' `connectLimit`.
public actor BrokerInspector {
    private static let channel: UInt16 = 1

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

    /// How many messages are ready to be delivered and how many consumers there are.
    ///
    /// - Throws: `BrokerError.notFound` where there is no such queue; a transient one where there is no connection now.
    public func depth(of queue: String) async throws(BrokerError) -> (messages: Int, consumers: Int) {
        try ask { handle throws(BrokerError) in try handle.depth(of: queue, on: Self.channel) }
    }

    public func queueExists(_ queue: String) async throws(BrokerError) -> Bool {
        try exists { handle throws(BrokerError) in _ = try handle.depth(of: queue, on: Self.channel) }
    }

    public func exchangeExists(_ exchange: String) async throws(BrokerError) -> Bool {
        try exists { handle throws(BrokerError) in try handle.findExchange(exchange, on: Self.channel) }
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

    /// Asks once more over a new connection where the old one turns out to be gone.
    private func ask<Answer>(_ question: (BrokerHandle) throws(BrokerError) -> Answer) throws(BrokerError) -> Answer {
        guard !isClosed else { throw .closed }
        let wasConnected = handle != nil
        do {
            return try question(connected())
        } catch {
            switch error {
            case .notFound, .accessRefused:
                reopenChannel()
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
        try handle.openChannel(Self.channel)
        self.handle = handle
        return handle
    }

    private func reopenChannel() {
        do { try handle?.openChannel(Self.channel) } catch { handle = nil }
    }

    /// Keeps the heartbeats going between questions.
    private func pump() -> Watch {
        guard let handle else { return Watch() }
        do {
            while let frame = try handle.next() {
                if case .connectionClosed = frame { throw BrokerError.timedOut }
            }
            handle.release()
            return Watch(descriptor: handle.descriptor, deadline: .now + settings.heartbeat / 4)
        } catch {
            log.debug("the inspector's connection has gone", ["connection": name, "why": "\(error)"])
            self.handle = nil
            return Watch()
        }
    }
}
