import Contract

/// Sends requests to Posthorn, straight through its broker. Safe to use from any task; one producer serves a whole process.
///
///     let producer = Producer(settings: try ProducerSettings(url: "amqp://shop:password@localhost:5672/"))
///     try await producer.start()
///     let id = try await producer.send(Request(channels: ["orders"], text: ["Shipped", "Your order is on its way."]))
///     await producer.close()
///
/// A send returns when the broker has confirmed the request: from then on it is Posthorn's to deliver.
public final class Producer: Sendable {
    /// How many messages go out together, waiting for their confirms.
    private static let batch = 500

    private let settings: ProducerSettings
    private let publisher: Publisher

    public init(settings: ProducerSettings, log: Log = .discarded, metrics: Metrics = Metrics()) {
        self.settings = settings
        publisher = Publisher(settings: settings.broker, name: "producer \(settings.service)", log: log, metrics: metrics)
    }

    /// Connects. From then on the connection is kept up until `close`.
    ///
    /// - Throws: `BrokerError` if this first connection cannot be made.
    public func start() async throws(BrokerError) { try await publisher.start() }

    /// Sends a request. While the broker is away it is tried again, with the same id, within the settings' limit.
    ///
    /// - Parameter id: nil for a new one. A request with a dedupe key always has the id that the key leads to. The same id twice is
    ///   the same request.
    /// - Returns: the request's id.
    /// - Throws: `SendError`.
    @discardableResult
    public func send(_ request: Request, id: RequestID? = nil) async throws(SendError) -> RequestID {
        let id = self.id(of: request, given: id)
        try await publish([RequestMessage(try submission(request, id)).outgoing()])
        return id
    }

    /// Sends requests in their order, many at a time.
    ///
    /// - Parameter ids: one for each request, or nil for new ones. Give them where the whole is to be sent again after an error.
    /// - Returns: the requests' ids, in their order.
    /// - Throws: `SendError`. Where one request is invalid, none is sent; after another error some may have arrived.
    @discardableResult
    public func send(contentsOf requests: [Request], ids: [RequestID]? = nil) async throws(SendError) -> [RequestID] {
        precondition(ids == nil || ids?.count == requests.count, "there is one id for each request")
        var sent: [RequestID] = []
        var submissions: [Submission] = []
        for (index, request) in requests.enumerated() {
            let id = self.id(of: request, given: ids?[index])
            sent.append(id)
            submissions.append(try submission(request, id))
        }
        let messages = RequestMessage.messages(of: submissions).map { $0.outgoing() }
        for start in stride(from: 0, to: messages.count, by: Self.batch) {
            try await publish(Array(messages[start..<min(start + Self.batch, messages.count)]))
        }
        return sent
    }

    /// Waits for the sends that are under way and closes the connection. A send after it fails.
    public func close() async { await publisher.close() }

    private func id(of request: Request, given id: RequestID?) -> RequestID {
        request.dedupeKey.map { .derived(tenant: settings.service, dedupeKey: $0) } ?? id ?? .fresh()
    }

    private func submission(_ request: Request, _ id: RequestID) throws(SendError) -> Submission {
        do { try request.validate() } catch { throw .invalid(error) }
        let body = request.document.encoded()
        guard body.count <= Request.sizeLimit else { throw .tooLarge(bytes: body.count) }
        return Submission(tenant: settings.service, lane: request.lane, id: id, user: settings.broker.user, body: body)
    }

    private func publish(_ messages: [OutgoingMessage]) async throws(SendError) {
        let deadline = ContinuousClock.now + settings.retryLimit
        var backOff = BackOff(limit: .seconds(2))
        while true {
            do {
                return try await publisher.publish(messages)
            } catch {
                guard error.isTransient else { throw .refused(error) }
                let delay = backOff.delay()
                guard ContinuousClock.now + delay < deadline else { throw .unavailable(error) }
                do { try await Task.sleep(for: delay) } catch { throw .cancelled }
            }
        }
    }
}
