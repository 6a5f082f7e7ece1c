import Broker
import Runtime
import TestSupport
import Testing

@Suite struct ConsumingTests {
    /// Runs the body with a virtual host with the queue `q`, a publisher and a subscriber.
    private func withQueue(
        subscriberLog: Log = .discarded, _ body: (TestBroker, Publisher, Subscriber) async throws -> Void
    ) async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("q")
            let publisher = Publisher(settings: broker.settings, name: "publisher", log: .discarded, metrics: Metrics())
            let subscriber = Subscriber(settings: broker.settings, name: "subscriber", log: subscriberLog, metrics: Metrics())
            try await publisher.start()
            try await subscriber.start()
            let result: Result<Void, any Error>
            do { result = .success(try await body(broker, publisher, subscriber)) } catch { result = .failure(error) }
            await subscriber.close()
            await publisher.close()
            try result.get()
        }
    }

    private func messages(_ count: Int) -> [OutgoingMessage] {
        (0..<count).map { OutgoingMessage(exchange: "", routingKey: "q", body: Array("\($0)".utf8)) }
    }

    private func number(_ delivery: Delivery) -> Int { Int(String(decoding: delivery.body, as: UTF8.self))! }

    /// Reads until this many have arrived.
    private func read(_ count: Int, from consumption: Consumption) async -> [Delivery] {
        var deliveries: [Delivery] = []
        for await batch in consumption.deliveries {
            deliveries.append(contentsOf: batch)
            if deliveries.count >= count { break }
        }
        return deliveries
    }

    @Test func deliversEveryProperty() async throws {
        try await withQueue { broker, publisher, subscriber in
            let properties = MessageProperties(
                messageID: "id", type: "posthorn.request.v1", contentType: "application/json", userID: broker.settings.user,
                correlationID: "", timestamp: 1_700_000_000,
                // By name: RabbitMQ 4 sorts them.
                headers: [
                    Header("x-empty", ""), Header("x-false", false), Header("x-large", .integer(.max)),
                    Header("x-long", String(repeating: "0123456789", count: 1000)), Header("x-number", -5),
                    Header("x-small", .integer(.min)), Header("x-text", "Grüße, 世界"), Header("x-true", true),
                ])
            let bodies: [[UInt8]] = [[], [0, 255, 10], Array(repeating: 7, count: 131_064), Array(repeating: 8, count: 400_000)]
            let sent = bodies.map { OutgoingMessage(exchange: "", routingKey: "q", properties: properties, body: $0) }
            let consumption = try await subscriber.consume(queue: "q", prefetch: 10)
            try await publisher.publish(sent)
            let deliveries = await read(sent.count, from: consumption)
            #expect(deliveries.map(\.body) == bodies)
            for delivery in deliveries {
                #expect(delivery.properties == properties)
                #expect(delivery.routingKey == "q")
                #expect(!delivery.isRedelivered)
            }
        }
    }

    @Test func readsHeadersOfOtherLibraries() async throws {
        try await withQueue { broker, _, subscriber in
            try await broker.call(
                "POST", "/api/exchanges/\(broker.virtualHost)/amq.default/publish",
                #"""
                {"routing_key":"q","payload":"x","payload_encoding":"string",
                 "properties":{"headers":{"a":1,"b":"text","c":true,"d":[1,2],"e":{"f":1},"g":70000000000}}}
                """#)
            let consumption = try await subscriber.consume(queue: "q", prefetch: 1)
            let properties = await read(1, from: consumption)[0].properties
            #expect(properties.integer("a") == 1)
            #expect(properties.string("b") == "text")
            #expect(properties["c"] == .bool(true))
            #expect(properties["d"] == nil)
            #expect(properties["e"] == nil)
            #expect(properties.integer("g") == 70_000_000_000)
        }
    }

    @Test func deliversNoMoreUnsettledMessagesThanThePrefetch() async throws {
        try await withQueue { _, publisher, subscriber in
            try await publisher.publish(messages(10))
            let consumption = try await subscriber.consume(queue: "q", prefetch: 4)
            let first = await read(4, from: consumption)
            #expect(first.map(number) == [0, 1, 2, 3])
            await consumption.acknowledge([first[1].tag, first[0].tag])
            #expect(await read(2, from: consumption).map(number) == [4, 5])
            await consumption.acknowledge([first[3].tag])
            #expect(await read(1, from: consumption).map(number) == [6])
        }
    }

    @Test func leavesTheQueueEmptyOnceAllIsAcknowledged() async throws {
        try await withQueue { broker, publisher, subscriber in
            try await publisher.publish(messages(1_000))
            let consumption = try await subscriber.consume(queue: "q", prefetch: 100)
            var seen: Set<Int> = []
            for await batch in consumption.deliveries {
                seen.formUnion(batch.map(number))
                await consumption.acknowledge(batch.map(\.tag).shuffled())
                if seen.count == 1_000 { break }
            }
            await subscriber.close()
            try await expectDepth(0, broker)
        }
    }

    @Test func requeuesOrDropsARejectedMessage() async throws {
        try await withQueue { broker, publisher, subscriber in
            try await publisher.publish(messages(3))
            let consumption = try await subscriber.consume(queue: "q", prefetch: 3)
            let first = await read(3, from: consumption)
            await consumption.reject(first[0].tag, requeue: true)
            await consumption.reject(first[1].tag, requeue: false)
            let again = await read(1, from: consumption)
            #expect(again.map(number) == [0])
            #expect(again[0].isRedelivered)
            await consumption.acknowledge([again[0].tag, first[2].tag])
            await subscriber.close()
            try await expectDepth(0, broker)
        }
    }

    @Test func dropsTagsThatAreSettledOrUnknown() async throws {
        try await withQueue { _, publisher, subscriber in
            try await publisher.publish(messages(2))
            let consumption = try await subscriber.consume(queue: "q", prefetch: 1)
            let tag = await read(1, from: consumption)[0].tag
            await consumption.acknowledge([
                tag, tag, DeliveryTag(epoch: tag.epoch, number: 99), DeliveryTag(epoch: tag.epoch + 1, number: tag.number),
            ])
            #expect(await read(1, from: consumption).map(number) == [1])
        }
    }

    @Test func settlesEarlierDeliveriesAfterCancel() async throws {
        try await withQueue { broker, publisher, subscriber in
            try await publisher.publish(messages(2))
            let consumption = try await subscriber.consume(queue: "q", prefetch: 10)
            let deliveries = await read(2, from: consumption)
            await consumption.cancel()
            await consumption.cancel()
            try await publisher.publish(messages(1))
            for await _ in consumption.deliveries { Issue.record("a cancelled queue consumer received a message") }
            await consumption.acknowledge(deliveries.map(\.tag))
            // The AMQP channel is free for another queue consumer once all is settled.
            let next = try await subscriber.consume(queue: "q", prefetch: 10)
            await consumption.acknowledge(deliveries.map(\.tag))
            await next.acknowledge(await read(1, from: next).map(\.tag))
            await subscriber.close()
            try await expectDepth(0, broker)
        }
    }

    @Test func theBrokerRequeuesUnsettledDeliveriesAfterClose() async throws {
        try await withQueue { broker, publisher, subscriber in
            try await publisher.publish(messages(5))
            let consumption = try await subscriber.consume(queue: "q", prefetch: 10)
            let deliveries = await read(5, from: consumption)
            await consumption.acknowledge([deliveries[4].tag])
            await subscriber.close()
            for await _ in consumption.deliveries {}
            await consumption.acknowledge([deliveries[0].tag])
            try await expectDepth(4, broker)
        }
    }

    @Test func failsForAMissingQueue() async throws {
        try await withQueue { _, publisher, subscriber in
            let error = await #expect(throws: BrokerError.self) { try await subscriber.consume(queue: "missing", prefetch: 1) }
            guard case .notFound? = error else {
                Issue.record("unexpected error: \(String(describing: error))")
                return
            }
            try await publisher.publish(messages(1))
            #expect(await read(1, from: try await subscriber.consume(queue: "q", prefetch: 1)).count == 1)
        }
    }

    @Test func anExclusiveQueueConsumerAllowsNoOther() async throws {
        try await withQueue { broker, _, subscriber in
            try await broker.declareQueue("single", arguments: #"{"x-queue-type":"classic"}"#)
            let consumption = try await subscriber.consume(queue: "single", prefetch: 1, exclusive: true)
            await #expect(throws: BrokerError.self) { try await subscriber.consume(queue: "single", prefetch: 1) }
            await consumption.cancel()
        }
    }

    @Test func consumesAgainAfterTheBrokerCancelledIt() async throws {
        let (cancelled, isCancelled) = AsyncStream.makeStream(of: Void.self)
        let log = Log(level: .warning, format: .logfmt) { line in
            if line.contains("broker cancelled a queue consumer") { isCancelled.yield() }
        }
        try await withQueue(subscriberLog: log) { broker, publisher, subscriber in
            try await publisher.publish(messages(1))
            let consumption = try await subscriber.consume(queue: "q", prefetch: 10)
            #expect(await read(1, from: consumption).count == 1)
            try await broker.deleteQueue("q")
            // RabbitMQ 3.10 does not cancel the queue consumer if a quorum queue of the same name is declared too early.
            for await _ in cancelled { break }
            try await broker.declareQueue("q")
            try await publisher.publish(messages(3))
            let deliveries = await read(3, from: consumption)
            #expect(deliveries.map(number) == [0, 1, 2])
            await consumption.acknowledge(deliveries.map(\.tag))
        }
    }

    private func expectDepth(_ count: Int, _ broker: TestBroker) async throws {
        let inspector = BrokerInspector(settings: broker.settings, name: "inspector", log: .discarded)
        // The broker requeues the deliveries of a closed connection a moment after the close.
        let deadline = ContinuousClock.now + .seconds(60)
        while try await inspector.depth(of: "q").messages != count, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try await inspector.depth(of: "q").messages == count)
        await inspector.close()
    }
}
