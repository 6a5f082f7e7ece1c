import Broker
import Runtime
import TestSupport
import Testing

@Suite struct OwnQueueTests {
    @Test(.timeLimit(.minutes(1))) func anOwnQueueIsDeclaredAgainAfterAReconnect() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareExchange("control")
            let (restored, isRestored) = AsyncStream.makeStream(of: Void.self)
            let subscriber = Subscriber(settings: broker.settings, name: "subscriber", log: .discarded, metrics: Metrics())
            let publisher = Publisher(settings: broker.settings, name: "publisher", log: .discarded, metrics: Metrics())
            try await subscriber.start()
            try await publisher.start()
            let consumption = try await subscriber.consume(
                OwnQueue(prefix: "control.test.", exchange: "control", routingKeys: ["sender", "sender.email"]), prefetch: 10,
                restarted: { isRestored.yield() })
            let received = Task { () -> [String] in
                var texts: [String] = []
                for await batch in consumption.deliveries {
                    texts += batch.map { String(decoding: $0.body, as: UTF8.self) }
                    await consumption.acknowledge(batch.map(\.tag))
                    if texts.last == "after" { break }
                }
                return texts
            }
            try await publish("before", through: publisher)
            try await broker.closeConnection(named: "subscriber")
            // It is reported after the new queue is bound, so nothing that is published then is lost.
            _ = await restored.first { true }
            try await publish("after", through: publisher)
            #expect(await received.value == ["before", "after"])
            await subscriber.close()
            await publisher.close()
        }
    }

    @Test(.timeLimit(.minutes(1))) func cancelDeletesTheQueue() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareExchange("control")
            let subscriber = Subscriber(settings: broker.settings, name: "subscriber", log: .discarded, metrics: Metrics())
            let publisher = Publisher(settings: broker.settings, name: "publisher", log: .discarded, metrics: Metrics())
            try await subscriber.start()
            try await publisher.start()
            let own = OwnQueue(prefix: "control.test.", exchange: "control", routingKeys: ["sender.email"])
            let consumption = try await subscriber.consume(own, prefetch: 10)
            await consumption.cancel()
            await #expect(throws: PublishError.self) { try await publish("nobody", through: publisher) }
            await #expect(throws: BrokerError.self) {
                try await subscriber.consume(OwnQueue(prefix: "x.", exchange: "nowhere", routingKeys: ["#"]), prefetch: 10)
            }
            await subscriber.close()
            await publisher.close()
        }
    }

    private func publish(_ text: String, through publisher: Publisher) async throws {
        try await publisher.publish([OutgoingMessage(exchange: "control", routingKey: "sender.email", body: Array(text.utf8))])
    }
}
