import Broker
import Runtime
import Synchronization
import TestSupport
import Testing

@Suite struct ReconnectTests {
    /// Publishes 20,000 messages in batches while a subscriber consumes them, and closes both connections from the broker's side meanwhile.
    @Test func losesNothingWhenConnectionsBreak() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("q")
            let metrics = Metrics()
            let (publisherLog, publisherRestored) = Self.signal(at: "broker connection restored")
            let (subscriberLog, subscriberRestored) = Self.signal(at: "broker connection restored")
            let publisher = Publisher(settings: broker.settings, name: "publisher", log: publisherLog, metrics: metrics)
            let subscriber = Subscriber(settings: broker.settings, name: "subscriber", log: subscriberLog, metrics: metrics)
            try await publisher.start()
            try await subscriber.start()
            let consumption = try await subscriber.consume(queue: "q", prefetch: 300)

            let consumed = Task { () -> Set<Int> in
                var seen: Set<Int> = []
                for await batch in consumption.deliveries {
                    seen.formUnion(batch.map { Int(String(decoding: $0.body, as: UTF8.self))! })
                    await consumption.acknowledge(batch.map(\.tag))
                    if seen.count == 20_000 { break }
                }
                return seen
            }
            async let closedFirst: Void = broker.closeConnection(named: "publisher")
            async let closedSecond: Void = broker.closeConnection(named: "subscriber")
            let retries = try await publishAll(20_000, through: publisher)
            _ = try await (closedFirst, closedSecond)
            try await publishAll(1, from: 0, through: publisher)

            let seen = await consumed.value
            #expect(seen == Set(0..<20_000))
            #expect(retries >= 0)
            // All may have been consumed before the broker closed the connection. Then it reconnects a moment later.
            for (connection, restored) in [("publisher", publisherRestored), ("subscriber", subscriberRestored)] {
                _ = await restored.first { true }
                let reconnects = metrics.counter("posthorn_broker_reconnects_total", "", labels: [("connection", connection)])
                #expect(reconnects.value >= 1)
            }
            await publisher.close()
            await subscriber.close()
        }
    }

    /// A log, and a stream with one element for each line that contains the text.
    private static func signal(at text: String) -> (Log, AsyncStream<Void>) {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let log = Log(level: .info, format: .logfmt) { line in if line.contains(text) { continuation.yield() } }
        return (log, stream)
    }

    /// Publishes each batch until it is confirmed.
    ///
    /// - Returns: the number of retries.
    @discardableResult
    private func publishAll(_ count: Int, from first: Int = 0, through publisher: Publisher) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for start in stride(from: first, to: first + count, by: 100) {
                let messages = (start..<min(start + 100, first + count)).map {
                    OutgoingMessage(exchange: "", routingKey: "q", body: Array("\($0)".utf8))
                }
                group.addTask {
                    for tries in 0... {
                        do throws(PublishError) {
                            try await publisher.publish(messages)
                            return tries
                        } catch { guard error.isTransient else { throw error } }
                    }
                    return 0
                }
            }
            return try await group.reduce(0, +)
        }
    }

    @Test func publishesAgainAfterAReconnect() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("q")
            let publisher = Publisher(settings: broker.settings, name: "publisher", log: .discarded, metrics: Metrics())
            try await publisher.start()
            let message = OutgoingMessage(exchange: "", routingKey: "q", body: [1])
            try await publisher.publish([message])
            try await broker.closeConnection(named: "publisher")
            // Disconnected for a moment. The call waits for the connection, within its limit.
            try await publishUntilTaken([message], publisher)
            #expect(publisher.isReady)
            await publisher.close()
        }
    }

    private func publishUntilTaken(_ messages: [OutgoingMessage], _ publisher: Publisher) async throws {
        while true {
            do throws(PublishError) { return try await publisher.publish(messages) } catch .disconnected { continue }
        }
    }

    @Test func dropsStaleAcknowledgementsAndReceivesTheirMessagesAgain() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("q")
            let metrics = Metrics()
            let publisher = Publisher(settings: broker.settings, name: "publisher", log: .discarded, metrics: metrics)
            let subscriber = Subscriber(settings: broker.settings, name: "subscriber", log: .discarded, metrics: metrics)
            try await publisher.start()
            try await subscriber.start()
            let consumption = try await subscriber.consume(queue: "q", prefetch: 10)
            try await publisher.publish([OutgoingMessage(exchange: "", routingKey: "q", body: [1])])
            var iterator = consumption.deliveries.makeAsyncIterator()
            let first = try #require(await iterator.next()?.first)
            try await broker.closeConnection(named: "subscriber")
            let second = try #require(await iterator.next()?.first)
            #expect(second.body == [1])
            #expect(second.isRedelivered)
            #expect(second.tag.epoch > first.tag.epoch)
            await consumption.acknowledge([first.tag, second.tag])
            let stale = metrics.counter(
                "posthorn_broker_stale_acknowledgements_total", "", labels: [("connection", "subscriber")])
            #expect(stale.value == 1)
            await subscriber.close()
            await publisher.close()
        }
    }

    @Test func failsWithinItsLimitWhileDisconnected() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("q")
            let settings = try await broker.makeUser()
            let (log, lost) = Self.signal(at: "broker connection lost")
            let publisher = Publisher(settings: settings, name: "publisher", log: log, metrics: Metrics())
            try await publisher.start()
            // The broker closes the connections of a deleted user, and refuses later logins.
            try await broker.deleteUser(settings.user)
            _ = await lost.first { true }
            let start = ContinuousClock.now
            await #expect(throws: PublishError.disconnected) {
                try await publisher.publish(
                    [OutgoingMessage(exchange: "", routingKey: "q", body: [])], within: .milliseconds(300))
            }
            // Not the default limit of 30 s from the settings.
            #expect(ContinuousClock.now - start < .seconds(15))
            #expect(!publisher.isReady)
            await publisher.close()
        }
    }
}
