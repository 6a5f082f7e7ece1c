import Runtime
import Synchronization

/// What a server's threads share: its limits, its handler, and the count of what is in flight.
final class ServerCore: Sendable {
    private enum Mode: Int, AtomicRepresentable { case open, lastAnswers, closed }

    let settings: HTTPServerSettings
    let watch: ConnectionWatch
    let responsesInFlight = ResponsesInFlight()
    let memory: BodyMemory
    private let admission: @Sendable (RequestHead) -> Admission
    private let handler: @Sendable (ServerRequest) async -> ServerResponse
    private let mode = Atomic<Mode>(.open)

    init(
        settings: HTTPServerSettings, statistics: ServerStatistics,
        admission: @escaping @Sendable (RequestHead) -> Admission,
        handler: @escaping @Sendable (ServerRequest) async -> ServerResponse
    ) {
        self.settings = settings
        self.admission = admission
        self.handler = handler
        watch = ConnectionWatch(connectionLimit: settings.connectionLimit, refused: statistics.refusedConnections)
        memory = BodyMemory(limit: settings.bodyMemory, refused: statistics.refusedBodies)
    }

    /// From here on each answer ends its connection.
    func giveLastAnswers() { mode.store(.lastAnswers, ordering: .sequentiallyConsistent) }

    /// From here on nothing reaches the handler.
    func close() { mode.store(.closed, ordering: .sequentiallyConsistent) }

    var endsConnections: Bool { mode.load(ordering: .relaxed) != .open }

    func connectionOpened(descriptor: Int32, client: ConnectionWatch.Client) -> ConnectionWatch.Entry {
        watch.opened(descriptor: descriptor, client: client, headLimit: settings.headLimit)
    }

    func requestBegan(target: [UInt8], on connection: ConnectionWatch.Entry) -> Exchange {
        responsesInFlight.begin()
        // The first head is due since the connection was opened.
        if connection.hasServed { connection.expect(within: settings.headLimit) }
        return Exchange(target: target, connection: connection, bodyLimit: settings.bodyLimit, memory: memory)
    }

    func head(of exchange: Exchange, method: String, headers: HeaderFields) -> Exchange.Step {
        exchange.connection.expect(within: settings.receiveLimit)
        return exchange.head(method: method, headers: headers, admission: admission)
    }

    func requestEnded(_ exchange: Exchange) {
        exchange.ended()
        if exchange.wasHandled { exchange.connection.noteServed() }
        exchange.connection.expect(within: exchange.wasHandled ? settings.idleLimit : settings.headLimit)
        responsesInFlight.end()
    }

    /// Asks whether the body is to be read. `resume` is called when the exchange knows.
    ///
    /// - Returns: false where the server is closed; then `resume` is never called.
    func decide(
        _ ask: @escaping @Sendable () async -> Admission, on exchange: Exchange, resume: @escaping @Sendable () -> Void
    ) -> Bool {
        guard mode.load(ordering: .sequentiallyConsistent) != .closed else { return false }
        responsesInFlight.begin()
        exchange.connection.expect(within: nil)
        Task.immediate {
            exchange.decided(await ask())
            exchange.connection.expect(within: settings.receiveLimit)
            resume()
            responsesInFlight.end()
        }
        return true
    }

    /// Asks the handler: on the calling thread until it waits for something, and on Swift's own threads from there. `resume` is called
    /// when the exchange has its answer.
    ///
    /// - Returns: false where the server is closed; then `resume` is never called.
    func handle(_ request: ServerRequest, of exchange: Exchange, resume: @escaping @Sendable () -> Void) -> Bool {
        guard mode.load(ordering: .sequentiallyConsistent) != .closed else { return false }
        // The exchange's own response ends with its last byte, which may be before this task is over.
        responsesInFlight.begin()
        exchange.connection.expect(within: nil)
        Task.immediate {
            let response = await handler(request)
            exchange.answer(response)
            exchange.connection.expect(within: settings.sendLimit)
            resume()
            responsesInFlight.end()
        }
        return true
    }
}
