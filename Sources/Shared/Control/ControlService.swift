public import Broker
import Contract
import Queueing
public import Runtime
import Synchronization
public import Topology

/// The messages of one role of a process on the exchange `control`: it receives what is sent to its role, to its media and to itself, and
/// it sends and asks others.
///
/// All of it may get lost, with the connection or because a message is late. Who needs to know more reads it again from the database when
/// ``interrupted(_:)`` reports it, and at intervals.
public final class ControlService: Service {
    typealias Handler = @Sendable (ControlEnvelope) throws(ContractError) -> Void

    /// How long a message may take to be published. A late one is of no use.
    static let publishLimit = Duration.seconds(1)
    /// How many questions are answered at the same time.
    static let answerLimit = 64

    public let name: String
    public let participant: Participant
    let watched: Set<ControlRole>
    let publisher: Publisher
    let outbox = ControlOutbox()
    let log: Log
    let metrics: ControlMetrics
    let state = Mutex(ControlState())
    private let worker: QueueWorker
    private let handlers = Mutex<[String: Handler]>([:])
    private let interruptions: Interruptions
    private let publishing = Mutex<[Task<Void, Never>]>([])

    /// - Parameters:
    ///   - watched: the roles that this one asks. It calls their roll at intervals, to know who is there.
    ///   - subscriber: started before this service, as is the publisher.
    public init(
        _ participant: Participant, watching watched: Set<ControlRole> = [], subscriber: Subscriber, publisher: Publisher,
        log: Log,
        metrics: Metrics
    ) {
        name = "\(participant.role.rawValue) control"
        self.participant = participant
        self.watched = watched
        self.publisher = publisher
        self.log = log.scoped(to: name)
        self.metrics = ControlMetrics(participant.role, metrics)
        let interruptions = Interruptions()
        self.interruptions = interruptions
        worker = QueueWorker(
            own: .control(participant.role, participant.addresses + watched.map { .watchers($0) }), prefetch: 100,
            subscriber: subscriber,
            restarted: interruptions.report)
        answerRollCalls()
        interrupted { [weak self] in
            self?.state.withLock { $0.presence.restart() }
            self?.announce(isLeaving: false)
        }
    }

    /// Handles messages of this type. Call it before `start`.
    ///
    /// - Parameter handle: called for one message after the other. It must return soon, because all messages of the role wait behind it. The
    ///   second argument is the id of the participant that sent the message, never of this one.
    public func receive<Message: ControlMessage>(
        _: Message.Type, _ handle: @escaping @Sendable (Message, _ from: String) -> Void
    ) {
        setHandler(Message.type) { envelope throws(ContractError) in handle(try envelope.read(Message.self), envelope.from) }
    }

    /// Calls the function when messages may have been missed: when the service has started, and each time the connection to the broker was
    /// lost and restored. Call it before `start`.
    ///
    /// - Parameter body: must return at once. What it reads from the database, it should read in a task.
    public func interrupted(_ body: @escaping @Sendable () -> Void) { interruptions.add(body) }

    /// Publishes a message. Never waits: if the broker is away, or slow for a second, the message is dropped.
    public func publish(_ message: some ControlMessage, to address: ControlAddress) {
        publish(message, to: address, question: nil)
    }

    /// A process whose broker user may not declare a queue neither receives nor publishes.
    ///
    /// - Throws: `BrokerError`.
    public func start() async throws {
        do throws(BrokerError) {
            try await worker.start { [self] in await receive($0) }
        } catch {
            guard case .accessRefused = error else { throw error }
            disable(because: error)
            return
        }
        state.withLock { $0.isAvailable = true }
        let tasks = [Task { await outbox.run { await publish($0) } }, Task { await callRolls() }]
        publishing.withLock { $0 = tasks }
        interruptions.report()
    }

    public func drain() async {
        announce(isLeaving: true)
        outbox.finish()
        let tasks = publishing.withLock { $0 }
        tasks.last?.cancel()
        for task in tasks { await task.value }
        await worker.drain()
    }

    func setHandler(_ type: String, _ handler: @escaping Handler) {
        handlers.withLock { handlers in
            precondition(handlers[type] == nil, "a type of message has one handler")
            handlers[type] = handler
        }
    }

    func publish(_ message: some ControlMessage, to address: ControlAddress, question: String?) {
        guard state.withLock({ $0.isAvailable }) else { return }
        guard let outgoing = ControlEnvelope.outgoing(message, to: address, from: participant, question: question) else {
            metrics.dropped.increment()
            return
        }
        metrics.dropped.increment(by: outbox.add(outgoing))
    }

    private func receive(_ consumption: Consumption) async {
        for await batch in consumption.deliveries {
            for delivery in batch { receive(delivery) }
            await consumption.acknowledge(batch.map(\.tag))
        }
    }

    private func receive(_ delivery: Delivery) {
        do throws(ContractError) {
            let envelope = try ControlEnvelope(delivery)
            guard envelope.from != participant.id else { return }
            // An unknown type is of another version, or not for this role.
            guard let handler = handlers.withLock({ $0[envelope.type] }) else { return }
            try handler(envelope)
        } catch {
            metrics.malformed.increment()
            log.debug("ignored an invalid message on control", ["reason": error.description])
        }
    }

    private func publish(_ batch: [OutgoingMessage]) async {
        guard state.withLock({ $0.isAvailable }) else { return }
        for failure in await publisher.attempt(batch, within: Self.publishLimit).failures {
            switch failure.error {
            // Nobody of that address is there.
            case .returned: break
            case .accessRefused: disable(because: failure.error)
            default:
                metrics.dropped.increment()
                log.debug("message on control not published", ["error": failure.error])
            }
        }
    }

    /// Each refusal closes an AMQP channel that others publish on, so there is no other try.
    func disable(because error: any Error & CustomStringConvertible & Sendable) {
        let wasAvailable = state.withLock { state in
            defer { state.isAvailable = false }
            return state.isAvailable || !state.isRefused
        }
        state.withLock { $0.isRefused = true }
        guard wasAvailable else { return }
        log.warning(
            "the exchange control cannot be used: the broker user has no permission", ["error": error.description])
    }
}
