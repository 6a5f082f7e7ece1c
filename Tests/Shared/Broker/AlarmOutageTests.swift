import Broker
import Runtime
import TestSupport
import Testing

/// A broker with a memory alarm, which blocks all publishers.
@Suite(.serialized) struct AlarmOutageTests {
    @Test func publishingWaitsFailsWithinItsLimitAndContinuesAfterTheAlarm() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("q")
            let (blocked, isBlocked) = AsyncStream.makeStream(of: Void.self)
            let log = Log(level: .warning, format: .logfmt) { line in
                if line.contains("broker blocked publishing") { isBlocked.yield() }
            }
            let metrics = Metrics()
            let publisher = Publisher(settings: broker.settings, name: "publisher", log: log, metrics: metrics)
            try await publisher.start()
            let message = OutgoingMessage(exchange: "", routingKey: "q", body: [1])
            try await publisher.publish([message])
            try await MemoryAlarm.raised {
                // The broker reports the alarm to a connection when it publishes.
                let patient = Task { try await publisher.publish([message], within: .seconds(300)) }
                _ = await blocked.first { true }
                #expect(!publisher.isReady)
                let start = ContinuousClock.now
                let error = await #expect(throws: PublishError.blocked) {
                    try await publisher.publish([message], within: .milliseconds(300))
                }
                #expect(ContinuousClock.now - start >= .milliseconds(300))
                #expect(error?.description.contains("memory or disk alarm") == true && error?.isTransient == true)
                try await MemoryAlarm.clear()
                try await patient.value
            }
            try await publisher.publish([message])
            #expect(publisher.isReady)
            await publisher.close()
            let inspector = BrokerInspector(settings: broker.settings, name: "inspector", log: .discarded)
            // Not the failed one, and none twice.
            #expect(try await inspector.depth(of: "q").messages == 3)
            await inspector.close()
        }
    }
}
