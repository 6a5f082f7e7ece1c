import Contract
import Model
import Runtime
import TestSupport
import Testing
import Topology

@testable import Broker
@testable import Parking

@Suite("Parked messages are read without being removed", .timeLimit(.minutes(1)))
struct ParkedQueuesTests {
    /// Connections to a virtual host with the parked queues.
    private struct Fixture: Sendable {
        let broker: TestBroker
        let publisher: Publisher

        static func running(_ body: @Sendable (Fixture) async throws -> Void) async throws {
            try await TestBroker.withVhost { broker in
                try await broker.declareExchange("parked", type: "direct")
                for reason in ParkedReason.allCases {
                    try await broker.declareQueue("parked.\(reason.rawValue)")
                    try await broker.bind("parked.\(reason.rawValue)", to: "parked", key: reason.rawValue)
                }
                let publisher = Publisher(settings: broker.settings, name: "test", log: .discarded, metrics: Metrics())
                try await publisher.start()
                let result: Result<Void, any Error>
                do { result = .success(try await body(Fixture(broker: broker, publisher: publisher))) } catch {
                    result = .failure(error)
                }
                await publisher.close()
                try result.get()
            }
        }

        func park(_ bodies: [String], _ reason: ParkedReason = .rejected, service: String = "shop", why: String = "why")
            async throws
        {
            try await publisher.publish(
                bodies.map { body in
                    let message = OutgoingMessage(
                        exchange: "requests", routingKey: "\(service).normal",
                        properties: MessageProperties(messageID: RequestID.fresh().description, type: MessageType.request),
                        body: Array(body.utf8))
                    return ParkedMessage(message, because: reason, reason: why, from: .requests(.normal, 0)).outgoing()
                })
        }

        /// Reads what matches, and gives the rest back.
        ///
        /// - Parameters:
        ///   - removing: whether what matches is acknowledged.
        ///   - count: waits until `parked.rejected` has so many: what another reader returns is there a moment later.
        func read(
            _ filter: ParkedFilter = ParkedFilter(), removing: Bool = false, whenThereAre count: Int = 0
        ) async throws -> [String] {
            let subscriber = Subscriber(settings: broker.settings, name: "reader", log: .discarded, metrics: Metrics())
            let inspector = BrokerInspector(settings: broker.settings, name: "reader: inspect", log: .discarded)
            try await subscriber.start()
            try await within(.seconds(20), "the messages are back") {
                while try await inspector.depth(of: QueueName.parked(.rejected).name).messages < count {
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            let queues = ParkedQueues(filter, subscriber: subscriber, inspector: inspector)
            var bodies: [String] = []
            while let matches = try await queues.next() {
                bodies += matches.map { String(decoding: $0.copy.message.body, as: UTF8.self) }
                if removing { await queues.acknowledge(matches.map(\.ticket)) }
            }
            await queues.requeueRest()
            await inspector.close()
            await subscriber.close()
            return bodies
        }
    }

    @Test func `reading repeatedly shows the same messages, over several spans`() async throws {
        try await Fixture.running { fixture in
            let bodies = (0..<250).map { "message \($0)" }
            try await fixture.park(bodies)
            #expect(try await fixture.read() == bodies)
            for _ in 0..<2 { #expect(try await fixture.read(whenThereAre: 250).sorted() == bodies.sorted()) }
        }
    }

    @Test func `only what is acknowledged is removed`() async throws {
        try await Fixture.running { fixture in
            try await fixture.park(["a", "c"], service: "shop")
            try await fixture.park(["b"], service: "other")
            try await fixture.park(["d"], .expired, service: "other")
            var filter = ParkedFilter()
            filter.tenant = TenantName("shop")
            #expect(try await fixture.read(filter, removing: true) == ["a", "c"])
            #expect(try await fixture.read(whenThereAre: 1) == ["d", "b"])
        }
    }

    @Test func `an empty queue is read at once`() async throws {
        try await Fixture.running { fixture in
            let start = ContinuousClock.now
            let bodies = try await fixture.read()
            #expect(bodies.isEmpty)
            #expect(ContinuousClock.now - start < .seconds(4))
        }
    }

    @Test func `beside another reader what that one does not hold is read`() async throws {
        try await Fixture.running { fixture in
            try await fixture.park(["a", "b", "c"])
            let other = Subscriber(settings: fixture.broker.settings, name: "other", log: .discarded, metrics: Metrics())
            try await other.start()
            let held = try await other.consume(queue: "parked.rejected", prefetch: 1)
            for await batch in held.deliveries {
                #expect(batch.count == 1)
                break
            }
            #expect(try await fixture.read() == ["b", "c"])
            await other.close()
            #expect(try await fixture.read(whenThereAre: 3).sorted() == ["a", "b", "c"])
        }
    }
}
