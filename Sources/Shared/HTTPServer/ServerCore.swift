import Synchronization

/// What a server's threads share: its limits, its handler, and the count of what is in flight.
final class ServerCore: Sendable {
    private enum Mode: Int, AtomicRepresentable { case open, lastAnswers, closed }

    let settings: HTTPServerSettings
    let watch = ConnectionWatch()
    let flights = Flights()
    private let handler: @Sendable (ServerRequest) async -> ServerResponse
    private let mode = Atomic<Mode>(.open)

    init(settings: HTTPServerSettings, handler: @escaping @Sendable (ServerRequest) async -> ServerResponse) {
        self.settings = settings
        self.handler = handler
    }

    /// From here on each answer ends its connection.
    func giveLastAnswers() { mode.store(.lastAnswers, ordering: .sequentiallyConsistent) }

    /// From here on nothing reaches the handler.
    func close() { mode.store(.closed, ordering: .sequentiallyConsistent) }

    var endsConnections: Bool { mode.load(ordering: .relaxed) != .open }

    func connectionOpened(descriptor: Int32, remoteAddress: String) -> ConnectionWatch.Entry {
        watch.opened(descriptor: descriptor, remoteAddress: remoteAddress, idleLimit: settings.idleLimit)
    }

    func requestBegan(target: [UInt8], on connection: ConnectionWatch.Entry) -> Exchange {
        flights.begin()
        connection.expect(within: settings.receiveLimit)
        return Exchange(target: target, connection: connection, bodyLimit: settings.bodyLimit)
    }

    func requestEnded(_ exchange: Exchange) {
        exchange.connection.expect(within: settings.idleLimit)
        flights.end()
    }

    /// Asks the handler: on the calling thread until it waits for something, and on Swift's own threads from there. `resume` is called
    /// when the exchange has its answer.
    ///
    /// - Returns: false where the server is closed; then `resume` is never called.
    func handle(_ request: ServerRequest, of exchange: Exchange, resume: @escaping @Sendable () -> Void) -> Bool {
        guard mode.load(ordering: .sequentiallyConsistent) != .closed else { return false }
        // The exchange's own flight ends with its last byte, which may be before this task is over.
        flights.begin()
        exchange.connection.expect(within: nil)
        Task.immediate {
            let response = await handler(request)
            exchange.answer(response)
            exchange.connection.expect(within: settings.sendLimit)
            resume()
            flights.end()
        }
        return true
    }
}
