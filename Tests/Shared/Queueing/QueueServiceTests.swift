import Broker
import Runtime
import Synchronization
import TestSupport
import Testing

@testable import Queueing

/// With a real broker.
@Suite("A service of one queue", .timeLimit(.minutes(1)))
struct QueueServiceTests {
    /// Keeps each message until the test opens the gate, its task is cancelled, or `stopWaiting` is called.
    private final class Gated: QueueService {
        let name = "gated"
        let worker: QueueWorker
        let taken = AsyncStream.makeStream(of: Void.self)
        let gate = AsyncStream.makeStream(of: Bool.self)
        let draining = AsyncStream.makeStream(of: Void.self)
        private let opensAtDrain: Bool

        init(_ subscriber: Subscriber, opensAtDrain: Bool = false) {
            worker = QueueWorker(queue: "work", prefetch: 10, subscriber: subscriber)
            self.opensAtDrain = opensAtDrain
        }

        func work(on consumption: Consumption) async {
            for await batch in consumption.deliveries {
                for delivery in batch {
                    taken.continuation.yield()
                    for await isOpen in gate.stream where isOpen {
                        await consumption.acknowledge([delivery.tag])
                        break
                    }
                }
            }
        }

        func stopWaiting() async {
            draining.continuation.yield()
            if opensAtDrain { gate.continuation.yield(true) }
        }
    }

    private func running(
        opensAtDrain: Bool = false, _ body: (Gated) async throws -> Void
    ) async throws -> Int {
        try await TestBroker.withVhost { broker in
            try await broker.declareExchange("in")
            try await broker.declareQueue("work")
            try await broker.bind("work", to: "in", key: "#")
            let publisher = Publisher(settings: broker.settings, name: "test", log: .discarded, metrics: Metrics())
            let subscriber = Subscriber(settings: broker.settings, name: "test", log: .discarded, metrics: Metrics())
            try await publisher.start()
            try await subscriber.start()
            let service = Gated(subscriber, opensAtDrain: opensAtDrain)
            try await service.start()
            try await publisher.publish([OutgoingMessage(exchange: "in", routingKey: "a", body: [1])])
            for await _ in service.taken.stream { break }
            try await body(service)
            await subscriber.close()
            await publisher.close()
            let inspector = BrokerInspector(settings: broker.settings, name: "test", log: .discarded)
            // Unacknowledged messages are on the queue again.
            let depth = try await inspector.depth(of: "work").messages
            await inspector.close()
            return depth
        }
    }

    @Test func `a drain returns when the open deliveries are settled, and there are no new ones`() async throws {
        let left = try await running { service in
            await service.stopTaking()
            let isDrained = Mutex(false)
            async let drain: Void = {
                await service.drain()
                isDrained.withLock { $0 = true }
            }()
            for await _ in service.draining.stream { break }
            // A drain that does not wait has time to return.
            for _ in 0..<1000 { await Task.yield() }
            #expect(!isDrained.withLock { $0 })
            service.gate.continuation.yield(true)
            await drain
        }
        #expect(left == 0)
    }

    @Test func `a drain ends its waits`() async throws {
        #expect(try await running(opensAtDrain: true) { await $0.drain() } == 0)
    }

    @Test func `a cancelled drain leaves open deliveries unacknowledged`() async throws {
        let left = try await running { service in
            let drain = Task { await service.drain() }
            drain.cancel()
            await drain.value
        }
        #expect(left == 1)
    }
}
