import Broker
import Runtime
import TestSupport
import Testing
import Topology

/// The services of a role on a virtual host where one queue rejects every publish.
struct HandOver: Sendable {
    private let vhost: TestBroker
    private let services: [any Service]

    init(_ vhost: TestBroker, services: [any Service]) {
        self.vhost = vhost
        self.services = services
    }

    /// Starts the services for the body, and lets the queue accept messages again before they are drained.
    func run(refusing queue: QueueName, in exchange: String, _ body: (Reader) async throws -> Void) async throws {
        try await vhost.deleteQueue(queue.name)
        // A quorum queue of no length would take one message before it refuses.
        try await vhost.declareQueue(queue.name, arguments: #"{"x-max-length":0,"x-overflow":"reject-publish"}"#)
        try await vhost.declareQueue("seen")
        for name in [queue.name, "seen"] { try await vhost.bind(name, to: exchange, key: "#") }
        let reader = try await Reader(vhost, queue: "seen")
        for service in services { try await service.start() }
        let result: Result<Void, any Error>
        do { result = .success(try await body(reader)) } catch { result = .failure(error) }
        try await vhost.deleteQueue(queue.name)
        for service in services.reversed() { await service.drain() }
        await reader.close()
        try result.get()
    }

    /// Starts the services for the body while two queues reject every publish, and ends them after it without letting them finish anything.
    /// Then the queues accept messages again.
    func runUntilKilled(refusing lane: QueueName, and retry: QueueName, _ body: () async throws -> Void) async throws {
        for queue in [lane, retry] {
            try await vhost.deleteQueue(queue.name)
            try await vhost.declareQueue(queue.name, arguments: #"{"x-max-length":0,"x-overflow":"reject-publish"}"#)
        }
        try await bind(lane, retry)
        for service in services { try await service.start() }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for subscriber in services.compactMap({ $0 as? Subscriber }) { await subscriber.close() }
        for service in services.reversed() {
            let drain = Task { await service.drain() }
            drain.cancel()
            await drain.value
        }
        for queue in [lane, retry] {
            try await vhost.deleteQueue(queue.name)
            try await vhost.declareQueue(queue.name)
        }
        try await bind(lane, retry)
        try result.get()
    }

    private func bind(_ lane: QueueName, _ retry: QueueName) async throws {
        guard case .send(let medium, let name, let traffic) = lane, case .retry(let step, _) = retry else { return }
        try await vhost.bind(lane.name, to: ExchangeName.notifications.name, key: RoutingKey.notification(medium, name, traffic))
        try await vhost.bind(retry.name, to: step.exchange, key: "*.\(name.rawValue).#")
    }

    func publish(_ message: OutgoingMessage) async throws {
        let publisher = Publisher(settings: vhost.settings, name: "test", log: .discarded, metrics: Metrics())
        try await publisher.start()
        try await publisher.publish([message])
        await publisher.close()
    }

    /// Closes the connections over which the services take messages; what they had not acknowledged is then on its queue again.
    ///
    /// - Parameter queues: it must be on one of these.
    func expectReturned(to queues: QueueName...) async throws { try await expectReturned(to: queues) }

    func expectReturned(to queues: [QueueName]) async throws {
        for subscriber in services.compactMap({ $0 as? Subscriber }) { await subscriber.close() }
        let reader = try await Reader(vhost, queues: queues.map(\.name))
        #expect(try await reader.take(1).first?.isRedelivered == true)
        await reader.close()
    }

    /// Takes messages of one queue.
    struct Reader: Sendable {
        private let subscriber: Subscriber
        private let deliveries: AsyncStream<[Delivery]>

        init(_ vhost: TestBroker, queue: String) async throws { try await self.init(vhost, queues: [queue]) }

        init(_ vhost: TestBroker, queues: [String]) async throws {
            subscriber = Subscriber(settings: vhost.settings, name: "reader", log: .discarded, metrics: Metrics())
            try await subscriber.start()
            deliveries = try await subscriber.deliveries(from: queues, prefetch: 100)
        }

        func take(_ count: Int) async throws -> [Delivery] {
            try await within(.seconds(20), "\(count) messages") { [deliveries] in
                var taken: [Delivery] = []
                for await batch in deliveries {
                    taken += batch
                    if taken.count >= count { break }
                }
                return taken
            }
        }

        func close() async { await subscriber.close() }
    }
}
