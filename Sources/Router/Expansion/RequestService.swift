import Broker
import Contract
import Model
import Runtime
import Synchronization
import Topology

/// Takes the requests of one lane through the stages, publishes what comes of them, and acknowledges them after the confirms.
final class RequestService: Service {
    /// So many requests are expanded at a time.
    private static let slice = 64

    let name: String
    private let queue: QueueName
    private let prefetch: Int
    private let subscriber: Subscriber
    private let publisher: FanOutPublisher
    private let pipeline: Pipeline<Submission, FanOut>
    private let ledger: RequestLedger
    private let log: Log
    private let rejected: Counter
    private let running = Mutex<(consumption: Consumption, task: Task<Void, Never>)?>(nil)

    init(
        lane: Lane, prefetch: Int, subscriber: Subscriber, publisher: Publisher, pipeline: Pipeline<Submission, FanOut>,
        ledger: RequestLedger, log: Log, metrics: Metrics
    ) {
        name = "requests.\(lane.rawValue)"
        queue = .requests(lane)
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
        let consumption = try await subscriber.consume(queue: queue.name, prefetch: prefetch)
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
        var origins: [Origin] = []
        var poison: [OutgoingMessage] = []
        for delivery in batch {
            do {
                let submissions = try RequestMessage(delivery).submissions
                let own = submissions.count == 1 ? delivery : nil
                origins += submissions.map { Origin(submission: $0, delivery: own) }
            } catch {
                poison.append(ParkedMessage(delivery, because: .poison, reason: error.description, from: queue).outgoing())
            }
        }
        try await publisher.publish([], and: poison)
        for start in stride(from: 0, to: origins.count, by: Self.slice) {
            try await expand(origins[start..<min(start + Self.slice, origins.count)])
        }
    }

    private func expand(_ origins: ArraySlice<Origin>) async throws {
        let passages = try await untilItSucceeds("expand requests", log: log) {
            try await pipeline.run(origins.map(\.submission))
        }
        var fanOuts: [FanOut] = []
        var parked: [OutgoingMessage] = []
        var events: [Event] = []
        for (origin, passage) in zip(origins, passages) {
            switch passage {
            case .onward(let fanOut): fanOuts.append(fanOut)
            case .ended(.repeated): break
            case .ended(.expired):
                parked.append(origin.parked(because: .expired, reason: "its time was over before it was expanded", from: queue))
                events += origin.submission.told(.expired, why: "its time was over")
            case .ended(.rejected(let why)):
                rejected.increment()
                log.debug("rejected a request", ["service": origin.submission.service, "reason": why])
                parked.append(origin.parked(because: .rejected, reason: why, from: queue))
                events += origin.submission.told(.rejected, why: why)
            }
        }
        try await publisher.publish(fanOuts, and: parked + EventMessage.batches(of: events).map { $0.outgoing() })
        for fanOut in fanOuts {
            guard let (service, request) = fanOut.divided else { continue }
            try await untilItSucceeds("note that a request is divided", log: log) {
                try await ledger.divided(RequestLedger.Key(service: service, request: request), fanOut.cursors.count + 1)
            }
        }
    }
}

/// A request, and how it came.
private struct Origin {
    let submission: Submission
    /// Nil where it came with others in one message.
    let delivery: Delivery?

    /// Kept aside as it came, or taken out of the message that carried others too.
    func parked(because cause: ParkedReason, reason: String, from queue: QueueName) -> OutgoingMessage {
        let parked =
            delivery.map { ParkedMessage($0, because: cause, reason: reason, from: queue) }
            ?? ParkedMessage(RequestMessage(submission).outgoing(), because: cause, reason: reason, from: queue)
        return parked.outgoing()
    }
}

extension Submission {
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
