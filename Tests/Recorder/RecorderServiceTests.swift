import Broker
import Connections
import Contract
import Database
import Model
import Runtime
import Synchronization
import TestSupport
import Testing
import Topology

@testable import Recorder

@Suite struct RecorderServiceTests {
    /// A recorder on a virtual host and a schema of its own.
    private struct Fixture: Sendable {
        let broker: BrokerSettings
        let database: Database
        let publisher: Publisher
        /// The messages of the recorder's log lines, as they are written.
        let log: Log
        let lines: AsyncStream<String>

        func publish(_ events: [NotificationEvent]) async throws {
            try await publisher.publish(EventMessage.batches(of: events.map { .notification($0) }).map { $0.outgoing() })
        }

        func count(_ statement: Statement = Statement("SELECT count(*) FROM notifications")) async throws -> Int64 {
            try await database.query(statement)[0].integer(0)
        }

        /// Returns at the first line that contains the text.
        func logged(_ text: String) async {
            for await line in lines where line.contains(text) { return }
        }

        /// Runs a recorder for the body and drains it.
        func recording(_ settings: RecorderSettings = RecorderSettings(), _ body: () async throws -> Void) async throws {
            let subscriber = Subscriber(settings: broker, name: "recorder", log: .discarded, metrics: Metrics())
            try await subscriber.start()
            let service = self.service(settings, subscriber)
            try await service.start()
            let result: Result<Void, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            await service.drain()
            await subscriber.close()
            try result.get()
        }

        /// The recorder of the normal lane.
        func service(_ settings: RecorderSettings, _ subscriber: Subscriber) -> RecorderService {
            let connections = LaneConnections(
                "recorder", database: database, subscriber: subscriber, publisher: publisher, log: log, metrics: Metrics())
            return RecorderRole.service(.normal, settings, on: connections, log: log, metrics: Metrics())
        }

        /// Takes at least `count` messages from the queue and acknowledges them.
        func take(_ count: Int, from queue: QueueName) async throws -> [Delivery] {
            let subscriber = Subscriber(settings: broker, name: "reader", log: .discarded, metrics: Metrics())
            try await subscriber.start()
            let consumption = try await subscriber.consume(queue: queue.name, prefetch: 1000)
            var taken: [Delivery] = []
            for await batch in consumption.deliveries {
                taken += batch
                await consumption.acknowledge(batch.map(\.tag))
                if taken.count >= count { break }
            }
            await subscriber.close()
            return taken
        }
    }

    private func withFixture(_ body: (Fixture) async throws -> Void) async throws {
        try await TestBroker.withVhost { vhost in
            try await TestDatabase.withDatabase { database, _ in
                let (lines, line) = AsyncStream.makeStream(of: String.self)
                try await vhost.declareExchange(ExchangeName.events(of: .normal))
                try await vhost.declareExchange(ExchangeName.parked.name, type: "direct")
                try await vhost.declareQueue(QueueName.record(.normal).name)
                try await vhost.declareQueue(QueueName.parked(.poison).name)
                try await vhost.bind(QueueName.record(.normal).name, to: ExchangeName.events(of: .normal), key: "#")
                try await vhost.bind(
                    QueueName.parked(.poison).name, to: ExchangeName.parked.name, key: RoutingKey.parked(.poison))
                let publisher = Publisher(settings: vhost.settings, name: "test", log: .discarded, metrics: Metrics())
                try await publisher.start()
                let fixture = Fixture(
                    broker: vhost.settings, database: database, publisher: publisher,
                    log: Log(level: .debug, format: .logfmt) { line.yield($0) }, lines: lines)
                let result: Result<Void, any Error>
                do { result = .success(try await body(fixture)) } catch { result = .failure(error) }
                await publisher.close()
                try result.get()
            }
        }
    }

    @Test func theEventsOfTheQueueAreRecordedWhenTheRecorderHasDrained() async throws {
        try await withFixture { fixture in
            try await fixture.publish((0..<3000).map { Sample.event(.created, $0, attempt: 0) })
            try await fixture.publish((0..<3000).map { Sample.event(.delivered, $0, after: 10) })
            try await fixture.recording(RecorderSettings(flushCount: 700)) {
                while try await fixture.count(Statement("SELECT count(*) FROM notifications WHERE status = 'delivered'")) < 3000 {
                }
            }
            #expect(try await fixture.count() == 3000)
        }
    }

    @Test func aFewEventsAreSavedAfterTheFlushInterval() async throws {
        try await withFixture { fixture in
            try await fixture.recording(RecorderSettings(flushCount: 1000, flushAge: .milliseconds(20))) {
                try await fixture.publish([Sample.event(.created)])
                while try await fixture.count() < 1 {}
            }
        }
    }

    @Test func poisonIsParkedWithItsReasonAndTheRestIsSaved() async throws {
        try await withFixture { fixture in
            try await fixture.database.query(
                Statement("ALTER TABLE notifications ADD CONSTRAINT no_bad CHECK (consumer <> 'bad')"))
            for number in 0..<20 {
                try await fixture.publish([Sample.event(.created, number, consumer: number == 13 ? "bad" : "ada")])
            }
            try await fixture.publisher.publish([
                OutgoingMessage(
                    exchange: ExchangeName.events(of: .normal), routingKey: "acme.created",
                    properties: MessageProperties(type: MessageType.event), body: Array("{".utf8))
            ])
            try await fixture.recording {
                let parked = try await fixture.take(2, from: .parked(.poison))
                let reasons = parked.compactMap { $0.properties.string("x-reason") }.sorted()
                #expect(reasons.count == 2)
                #expect(reasons.first?.contains("no_bad") == true)
                #expect(reasons.last?.contains("not valid JSON") == true)
            }
            #expect(try await fixture.count() == 19)
        }
    }

    @Test func eventsAreAcknowledgedAfterTheirCommitAndSavedWhenTheDatabaseIsFixed() async throws {
        try await withFixture { fixture in
            try await fixture.database.query(Statement("ALTER TABLE notifications RENAME TO elsewhere"))
            try await fixture.publish((0..<10).map { Sample.event(.created, $0) })
            try await fixture.recording {
                await fixture.logged("trying again")
                try await fixture.database.query(Statement("ALTER TABLE elsewhere RENAME TO notifications"))
                while try await fixture.count() < 10 {}
            }
            let inspector = BrokerInspector(settings: fixture.broker, name: "inspector", log: .discarded)
            let depth = try await inspector.depth(of: QueueName.record(.normal).name)
            #expect(depth.messages == 0)
            await inspector.close()
        }
    }

    @Test(.timeLimit(.minutes(1))) func aMarkIsSavedWhenEverythingBeforeItIsCommittedAndNotEarlier() async throws {
        let through = Statement(
            "SELECT floor(extract(epoch FROM through) * 1000)::bigint FROM record_marks WHERE lane = 'normal'")
        try await withFixture { fixture in
            try await fixture.database.query(Statement("ALTER TABLE notifications RENAME TO elsewhere"))
            try await fixture.publish((0..<10).map { Sample.event(.created, $0) })
            try await fixture.publisher.publish([MarkMessage(at: Sample.start).outgoing(on: .normal)])
            try await fixture.publish([Sample.event(.created, 11)])
            try await fixture.recording(RecorderSettings(flushCount: 1000, flushAge: .milliseconds(20))) {
                await fixture.logged("trying again")
                await fixture.logged("trying again")
                #expect(try await fixture.count(through) == 0)
                try await fixture.database.query(Statement("ALTER TABLE elsewhere RENAME TO notifications"))
                while try await fixture.count(through) != Sample.start.milliseconds {}
                #expect(try await fixture.count() >= 10)
                // A late, older mark changes nothing.
                try await fixture.publisher.publish([MarkMessage(at: Timestamp(milliseconds: 1000)).outgoing(on: .normal)])
                try await fixture.publish([Sample.event(.created, 12)])
                while try await fixture.count() < 12 {}
                #expect(try await fixture.count(through) == Sample.start.milliseconds)
            }
            // Other lanes have recorders of their own.
            #expect(try await fixture.count(Statement("SELECT count(*) FROM record_marks WHERE through = 'epoch'")) == 2)
        }
    }

    @Test func aRecorderThatStopsBeforeItHasSavedLeavesTheEventsToTheNext() async throws {
        try await withFixture { fixture in
            try await fixture.database.query(Statement("ALTER TABLE notifications RENAME TO elsewhere"))
            try await fixture.publish((0..<10).map { Sample.event(.created, $0) })
            let subscriber = Subscriber(settings: fixture.broker, name: "recorder", log: .discarded, metrics: Metrics())
            try await subscriber.start()
            let service = fixture.service(RecorderSettings(flushAge: .milliseconds(5)), subscriber)
            try await service.start()
            await fixture.logged("trying again")
            let drain = Task { await service.drain() }
            drain.cancel()
            await drain.value
            await subscriber.close()
            try await fixture.database.query(Statement("ALTER TABLE elsewhere RENAME TO notifications"))
            try await fixture.recording { while try await fixture.count() < 10 {} }
        }
    }

    @Test func aFlushWhoseConnectionIsTerminatedIsRepeated() async throws {
        try await withFixture { fixture in
            let terminate = Statement(
                "terminate who waits for the table",
                """
                SELECT pg_terminate_backend(pid) FROM pg_locks
                WHERE relation = to_regclass('notifications') AND NOT granted
                """)
            try await fixture.publish((0..<2000).map { Sample.event(.created, $0 % 1000, attempt: 0) })
            try await fixture.recording(RecorderSettings(flushCount: 200)) {
                for _ in 0..<3 {
                    try await fixture.database.transaction { connection in
                        try await connection.query(Statement("LOCK TABLE notifications IN EXCLUSIVE MODE"))
                        try await fixture.publish((0..<1000).map { Sample.event(.sending, $0) })
                        while try await connection.query(terminate).isEmpty {}
                    }
                    await fixture.logged("trying again")
                }
                while try await fixture.count(Statement("SELECT count(*) FROM notifications WHERE status = 'sending'")) < 1000 {}
            }
            #expect(try await fixture.count() == 1000)
        }
    }
}
