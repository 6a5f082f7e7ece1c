import Broker
import Contract
import Model
import Runtime
import Synchronization
import Topology

/// Takes the requests of one lane through the stages, publishes what comes of them, and acknowledges them after the confirms.
final class RequestService: Service {
    let name: String
    private let lane: Lane
    private let prefetch: Int
    private let subscriber: Subscriber
    private let publisher: FanOutPublisher
    private let pipeline: Pipeline<RequestMessage, FanOut>
    private let ledger: RequestLedger
    private let log: Log
    private let rejected: Counter
    private let running = Mutex<(consumption: Consumption, task: Task<Void, Never>)?>(nil)

    init(
        lane: Lane, prefetch: Int, subscriber: Subscriber, publisher: Publisher, pipeline: Pipeline<RequestMessage, FanOut>,
        ledger: RequestLedger, log: Log, metrics: Metrics
    ) {
        name = "requests.\(lane.rawValue)"
        self.lane = lane
        self.prefetch = prefetch
        self.subscriber = subscriber
        self.pipeline = pipeline
        self.ledger = ledger
        self.log = log.scoped(to: name)
        rejected = metrics.counter(
            "posthorn_router_rejected_total", "Requests that cannot be carried out", labels: [("lane", lane.rawValue)])
        self.publisher = FanOutPublisher(publisher: publisher, log: self.log)
    }

    func start() async throws {
        let consumption = try await subscriber.consume(queue: QueueName.requests(lane).name, prefetch: prefetch)
        let task = Task { [self] in
            for await batch in consumption.deliveries {
                do {
                    try await expand(batch)
                    await consumption.acknowledge(batch.map(\.tag))
                } catch {
                    log.warning("stopped before a batch of requests was done; they come again", ["requests": batch.count])
                    return
                }
            }
        }
        running.withLock { $0 = (consumption, task) }
    }

    func drain() async {
        guard let (consumption, task) = running.withLock({ $0 }) else { return }
        await consumption.cancel()
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Returns when everything that follows from the batch is confirmed.
    private func expand(_ batch: [Delivery]) async throws {
        var messages: [(Delivery, RequestMessage)] = []
        var others: [OutgoingMessage] = []
        for delivery in batch {
            do { messages.append((delivery, try RequestMessage(delivery))) } catch {
                others.append(parked(delivery, because: .poison, why: error.description))
            }
        }
        let passages = try await untilItSucceeds("expand requests", log: log) { try await pipeline.run(messages.map(\.1)) }
        var fanOuts: [FanOut] = []
        var events: [Event] = []
        for ((delivery, message), passage) in zip(messages, passages) {
            switch passage {
            case .onward(let fanOut): fanOuts.append(fanOut)
            case .ended(.repeated): break
            case .ended(.expired):
                others.append(parked(delivery, because: .expired, why: "its time was over before it was expanded"))
                events += message.told(.expired, why: "its time was over")
            case .ended(.rejected(let why)):
                rejected.increment()
                log.debug("rejected a request", ["service": message.service, "reason": why])
                others.append(parked(delivery, because: .rejected, why: why))
                events += message.told(.rejected, why: why)
            }
        }
        try await publisher.publish(fanOuts, and: others + EventMessage.batches(of: events).map { $0.outgoing() })
        for fanOut in fanOuts {
            guard let (service, request) = fanOut.divided else { continue }
            try await untilItSucceeds("note that a request is divided", log: log) {
                try await ledger.divided(RequestLedger.Key(service: service, request: request), fanOut.cursors.count + 1)
            }
        }
    }

    private func parked(_ delivery: Delivery, because cause: ParkedReason, why: String) -> OutgoingMessage {
        ParkedMessage(delivery, because: cause, reason: why, from: .requests(lane)).outgoing()
    }
}

extension RequestMessage {
    /// The event that tells the service of its request's end; none where the request has no id to be told by.
    fileprivate func told(_ kind: RequestEvent.Kind, why: String) -> [Event] {
        let request = try? request()
        guard let id = request?.dedupeKey.map({ RequestID.derived(service: service, dedupeKey: $0) }) ?? id else { return [] }
        return [
            .request(
                RequestEvent(
                    kind: kind, request: id, service: service, reference: request?.reference, lane: lane, at: .now, reason: why))
        ]
    }
}
