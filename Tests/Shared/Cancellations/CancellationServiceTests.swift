import Broker
import Control
import Database
import Model
import Runtime
import TestSupport
import Testing
import Topology

@testable import Cancellations

@Suite("A process knows what was cancelled", .timeLimit(.minutes(1)))
struct CancellationServiceTests {
    /// A process that checks cancelled requests.
    private struct Process {
        let cancelled = CancelledRequests()
        let service: CancellationService

        init(_ database: Database, interval: Duration = .seconds(3600), patience: Duration = .seconds(30)) {
            var settings = CancellationService.Settings()
            settings.interval = interval
            settings.patience = patience
            settings.backOff = { BackOff(initial: .milliseconds(1), limit: .milliseconds(20)) }
            service = CancellationService(
                cancelled, table: CancellationTable(database), role: "sender", settings: settings, log: .discarded,
                metrics: Metrics())
        }
    }

    private static func record(_ cancellations: [Cancellation], in database: Database) async throws {
        try await database.query(
            Statement(
                """
                INSERT INTO cancellations (service, request, cancelled_at)
                SELECT * FROM unnest($1::text[], $2::uuid[], $3::timestamptz[])
                """),
            [
                .textArray(cancellations.map(\.tenant.text)), .textArray(cancellations.map(\.request.description)),
                .textArray(cancellations.map(\.at.description)),
            ])
    }

    private static func fresh(_ count: Int, age: Duration = .zero) -> [Cancellation] {
        (0..<count).map { _ in Cancellation(tenant: CancellationSetTests.acme, request: .fresh(), at: .now - age) }
    }

    /// Polls until the process knows of all of them.
    private func knows(_ process: Process, _ cancellations: [Cancellation]) async throws {
        try await within(.seconds(20), "the process knows what was cancelled") {
            while !cancellations.allSatisfy({ process.cancelled.contains($0.request, of: $0.tenant) }) {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    @Test func `when it has started it knows all that was cancelled before, page by page`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            // At the same moment, so that a page ends between two of one time.
            let at = Timestamp.now
            let many = (0..<10_500).map { _ in Cancellation(tenant: CancellationSetTests.acme, request: .fresh(), at: at) }
            try await Self.record(many, in: database)
            let process = Process(database)
            try await process.service.start()
            #expect(process.cancelled.isComplete)
            #expect(process.cancelled.known == many.count)
            #expect(many.allSatisfy { process.cancelled.contains($0.request, of: $0.tenant) })
            await process.service.drain()
        }
    }

    @Test func `what is too old to wait anywhere is not read`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            try await Self.record(Self.fresh(3, age: CancellationTable.lifetime + .seconds(60)), in: database)
            let process = Process(database)
            try await process.service.start()
            #expect(process.cancelled.known == 0)
            await process.service.drain()
        }
    }

    @Test func `it reads what was added later, also what is committed late`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            try await Self.record(Self.fresh(1), in: database)
            let process = Process(database, interval: .milliseconds(20))
            try await process.service.start()
            let late = Self.fresh(1, age: CancellationTable.overlap - .seconds(10))
            try await Self.record(late, in: database)
            try await knows(process, late)
            await process.service.drain()
        }
    }

    @Test func `a process whose database does not answer starts, and is complete when it has answered`() async throws {
        try await TestDatabase.withDatabase(migrated: false) { database, _ in
            let process = Process(database, patience: .milliseconds(50))
            try await process.service.start()
            #expect(!process.cancelled.isComplete)
            let waiting = Task { await process.cancelled.complete() }
            try await database.transaction { connection in
                try await connection.run(
                    script: """
                        CREATE TABLE cancellations (
                            service text, request uuid, cancelled_at timestamptz DEFAULT now(), was_finished boolean)
                        """)
            }
            #expect(await waiting.value)
            await process.service.drain()
        }
    }

    @Test func `a process that stops before it is complete lets go who waits`() async throws {
        try await TestDatabase.withDatabase(migrated: false) { database, _ in
            let process = Process(database, patience: .zero)
            try await process.service.start()
            let waiting = Task { await process.cancelled.complete() }
            await process.service.stopTaking()
            #expect(await !waiting.value)
            await process.service.drain()
        }
    }

    @Test func `a gateway's notice reaches every process, and a process that does not answer is not confirmed`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            try await TestBroker.withVhost { broker in
                try await broker.declareExchange("control")
                let gateway = try await Peer(broker, Participant(.gateway), watching: [.router, .sender])
                let notices = CancellationNotices(gateway.control)
                let senders = [try await Peer(broker, Participant(.sender)), try await Peer(broker, Participant(.sender))]
                let known = senders.map { _ in CancelledRequests() }
                let services = zip(senders, known).map { sender, cancelled in
                    CancellationService(
                        cancelled, table: CancellationTable(database), control: sender.control, log: .discarded,
                        metrics: Metrics())
                }
                for peer in senders + [gateway] { try await peer.control.start() }
                let first = Self.fresh(1)[0]
                #expect(await notices.send(first) == .everybody)
                #expect(known.allSatisfy { $0.contains(first.request, of: first.tenant) })
                // This one has no cancellations and does not answer.
                let silent = try await Peer(broker, Participant(.sender))
                try await silent.control.start()
                try await within(.seconds(20), "the silent process is there") {
                    while await notices.send(Self.fresh(1)[0]) == .everybody {}
                }
                for peer in senders + [gateway, silent] { await peer.close() }
                withExtendedLifetime(services) {}
            }
        }
    }

    /// The part of a process that takes part in `control`.
    private struct Peer {
        let control: ControlService
        private let subscriber: Subscriber
        private let publisher: Publisher

        init(_ broker: TestBroker, _ participant: Participant, watching: Set<ControlRole> = []) async throws {
            subscriber = Subscriber(settings: broker.settings, name: "peer", log: .discarded, metrics: Metrics())
            publisher = Publisher(settings: broker.settings, name: "peer", log: .discarded, metrics: Metrics())
            control = ControlService(
                participant, watching: watching, subscriber: subscriber, publisher: publisher, log: .discarded, metrics: Metrics()
            )
            try await subscriber.start()
            try await publisher.start()
        }

        func close() async {
            await control.drain()
            await subscriber.close()
            await publisher.close()
        }
    }
}
