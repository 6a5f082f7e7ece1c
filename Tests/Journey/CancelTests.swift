import Broker
import Cancellations
import Contract
import Control
import Database
import Model
import ProviderDouble
import Runtime
import Schema
import SenderProcess
import Senders
import Synchronization
import TestSupport
import Testing
import Topology

/// A request is cancelled as a gateway does it: a row in the database, and then a notice to all routers and senders.
@Suite("Nothing more of a cancelled request is sent", .timeLimit(.minutes(2)))
struct CancelTests {
    /// A gateway's part in a cancellation.
    private struct Gateway: Sendable {
        let control: ControlService
        private let notices: CancellationNotices
        private let database: Database
        private let subscriber: Subscriber
        private let publisher: Publisher

        init(_ broker: BrokerSettings, _ database: Database) async throws {
            self.database = database
            subscriber = Subscriber(settings: broker, name: "gateway", log: .discarded, metrics: Metrics())
            publisher = Publisher(settings: broker, name: "gateway", log: .discarded, metrics: Metrics())
            control = ControlService(
                Participant(.gateway), watching: [.router, .sender], subscriber: subscriber, publisher: publisher,
                log: .discarded,
                metrics: Metrics())
            notices = CancellationNotices(control)
            try await subscriber.start()
            try await publisher.start()
            try await control.start()
        }

        func record(_ request: RequestID, of tenant: TenantName = Installation.tenant) async throws {
            try await database.query(
                Statement("INSERT INTO cancellations (service, request) VALUES ($1, $2)"),
                [.text(tenant.text), .text(request.description)])
        }

        func cancel(_ request: RequestID, of tenant: TenantName = Installation.tenant) async throws {
            try await record(request, of: tenant)
            let cancellation = Cancellation(tenant: tenant, request: request, at: .now)
            #expect(await notices.send(cancellation) == .everybody)
        }

        func close() async {
            await control.drain()
            await subscriber.close()
            await publisher.close()
        }
    }

    /// Router, senders and recorder, and a gateway beside them.
    private func running(
        _ provider: any Provider, chunk: Int = 2000, laneFloor: Int = 200,
        _ body: @escaping @Sendable (Installation, Gateway) async throws -> Void
    ) async throws {
        try await Installation.running(provider: provider, chunk: chunk, laneFloor: laneFloor) { installation in
            let gateway = try await Gateway(installation.broker, installation.database)
            let result: Result<Void, any Error>
            do { result = .success(try await body(installation, gateway)) } catch { result = .failure(error) }
            await gateway.close()
            try result.get()
        }
    }

    private static func bulk(_ channel: String = "news") -> Request { Request(channels: [channel], text: ["T"], lane: .bulk) }

    @Test func `one that is isolated is not sent`() async throws {
        let provider = ProviderDouble()
        try await running(provider) { installation, gateway in
            let (stopped, other) = (
                IsolationTests.notification(traffic: .isolated), IsolationTests.notification(traffic: .isolated)
            )
            try await gateway.cancel(stopped.request)
            let publisher = try await installation.publisher()
            try await publisher.publish([stopped, other].map { NotificationMessage($0).outgoing() })
            await publisher.close()
            for (request, status) in [(stopped.request, "cancelled"), (other.request, "delivered")] {
                try await installation.eventually(status) { try await installation.counts(of: request) == [status: 1] }
            }
            #expect(provider.deliveries == [other.id])
        }
    }

    @Test func `what waits for its next attempt is not tried again, and another request of the channel is delivered`()
        async throws
    {
        let failing = Mutex<RequestID?>(nil)
        let provider = ProviderDouble { notification in
            failing.withLock { $0 } == notification.request ? .retry(after: nil, why: "HTTP 503") : .delivered(reference: nil)
        }
        try await running(provider) { installation, gateway in
            try await installation.fill(channel: "news", consumers: 20)
            let (stopped, other) = (RequestID.fresh(), RequestID.fresh())
            failing.withLock { $0 = stopped }
            try await installation.publish([(stopped, Self.bulk())])
            try await installation.eventually("all failed once") { provider.deliveries.count == 20 }
            try await gateway.cancel(stopped)
            try await installation.publish([(other, Self.bulk())])
            try await installation.eventually("the other is delivered") {
                try await installation.counts(of: other) == ["delivered": 20]
            }
            try await installation.eventually("all are cancelled") {
                try await installation.counts(of: stopped) == ["cancelled": 20]
            }
            #expect(provider.deliveries.count == 40)
        }
    }

    @Test func `what waits on its lane and at a gate is stopped, and only what was in flight is sent`() async throws {
        let provider = ProviderDouble(script: .always(.delivered(reference: nil)).hanging())
        try await running(provider) { installation, gateway in
            // More than the window of a sender, so that some wait on the lane.
            try await installation.fill(channel: "news", consumers: 1500)
            let stopped = RequestID.fresh()
            try await installation.publish([(stopped, Self.bulk())])
            try await installation.eventually("expanded") { try await installation.state(of: stopped)?.state == "expanded" }
            try await installation.eventually("some are in flight") { provider.hangingCount > 0 }
            try await gateway.cancel(stopped)
            let inFlight = provider.hangingCount
            #expect(inFlight < 500)
            provider.release()
            try await installation.eventually("all have ended") {
                let counts = try await installation.counts(of: stopped)
                return counts == ["delivered": inFlight, "cancelled": 1500 - inFlight]
            }
            #expect(provider.given.count == inFlight)
        }
    }

    @Test func `a cursor ends, and the record says how many it did not create`() async throws {
        let provider = ProviderDouble(script: .always(.delivered(reference: nil)).hanging())
        // The lane has room for few messages, so the rest of the audience waits as cursors.
        try await running(provider, chunk: 100, laneFloor: 1) { installation, gateway in
            try await installation.fill(channel: "everybody", consumers: 5000)
            let stopped = RequestID.fresh()
            try await installation.publish([(stopped, Self.bulk("everybody"))])
            try await installation.eventually("some are in flight") { provider.hangingCount > 0 }
            try await gateway.cancel(stopped)
            provider.release()
            try await installation.eventually("the cursors have ended") {
                let isCancelled = try await installation.state(of: stopped)?.state == "cancelled"
                return try await installation.parts(of: stopped).count == 9 && isCancelled
            }
            let parts = try await installation.parts(of: stopped)
            let (made, left) = (parts.reduce(0) { $0 + $1.made }, parts.reduce(0) { $0 + $1.left })
            #expect(made + left == 5000 && left > 0)
            try await installation.eventually("all that were created have ended") {
                let counts = try await installation.counts(of: stopped)
                return counts["created"] == nil && counts.values.reduce(0, +) == made
            }
        }
    }

    @Test func `a request that is cancelled before the router takes it is not expanded, and its key does not start it again`()
        async throws
    {
        let provider = ProviderDouble()
        try await running(provider) { installation, gateway in
            try await installation.fill(channel: "news", consumers: 3)
            let request = Request(channels: ["news"], text: ["T"], dedupeKey: "order-1")
            let (keyed, other) = (RequestID.derived(tenant: Installation.tenant, dedupeKey: "order-1"), RequestID.fresh())
            try await gateway.cancel(keyed)
            try await installation.publish([(keyed, request), (other, Self.bulk())])
            try await installation.eventually("cancelled") { try await installation.state(of: keyed)?.state == "cancelled" }
            try await installation.publish([(.fresh(), request)])
            try await installation.eventually("the other is delivered") {
                try await installation.counts(of: other) == ["delivered": 3]
            }
            #expect(try await installation.counts(of: keyed).isEmpty)
            #expect(provider.deliveries.count == 3)
        }
    }

    @Test func `a service cannot cancel another's request, not even one of the same id`() async throws {
        let provider = ProviderDouble()
        try await running(provider) { installation, gateway in
            try await installation.fill(channel: "news", consumers: 3)
            let request = RequestID.fresh()
            try await gateway.cancel(request, of: TenantName("mallory")!)
            try await installation.publish([(request, Self.bulk())])
            try await installation.eventually("delivered") { try await installation.counts(of: request) == ["delivered": 3] }
        }
    }

    /// A sender alone. Its notifications are on their lanes before it starts.
    ///
    /// - Parameter body: returns when the sender is to be drained.
    private func startingSender(
        _ provider: any Provider, migrated: Bool = true, published: [[Notification]], cancelled: RequestID,
        _ body: @escaping @Sendable (Database, Publisher) async throws -> Void
    ) async throws {
        try await TestBroker.withVhost { vhost in
            try await TestDatabase.withDatabase(migrated: migrated) { database, settings in
                try await Installation.applyTopology(to: vhost)
                if migrated { try await Self.record(cancelled, in: database) }
                let publisher = Publisher(settings: vhost.settings, name: "test", log: .discarded, metrics: Metrics())
                try await publisher.start()
                for notifications in published { try await Self.publish(notifications, by: publisher) }
                var reader = try SettingsReader(environment: Installation.environment(vhost.settings, settings))
                let sender = try SenderRole(media: [DoubleMedium(provider)]).services(
                    settings: &reader, context: RoleContext(log: .discarded))
                let outcome = Mutex<Result<Void, any Error>>(.success(()))
                try await ServiceGroup(sender, drainLimit: .seconds(20), log: .discarded).run {
                    do { try await body(database, publisher) } catch { outcome.withLock { $0 = .failure(error) } }
                }
                await publisher.close()
                try outcome.withLock { $0 }.get()
            }
        }
    }

    private static func record(_ request: RequestID, in database: Database) async throws {
        try await database.query(
            Statement("INSERT INTO cancellations (service, request) VALUES ($1, $2)"),
            [.text(Installation.tenant.text), .text(request.description)])
    }

    private static func publish(_ notifications: [Notification], by publisher: Publisher) async throws {
        try await publisher.publish(NotificationMessage.messages(of: notifications).map { $0.outgoing() })
    }

    private static func delivered(_ count: Int, by provider: ProviderDouble) async throws {
        try await within(.seconds(30), "\(count) deliveries") {
            while provider.deliveries.count < count { try await Task.sleep(for: .milliseconds(10)) }
        }
    }

    @Test func `a sender that starts later knows what was cancelled before`() async throws {
        let provider = ProviderDouble()
        let (stopped, other) = (SettlingTests.notifications(20, .bulk), SettlingTests.notifications(1, .bulk))
        try await startingSender(provider, published: [stopped, other], cancelled: stopped[0].request) { _, _ in
            try await Self.delivered(1, by: provider)
        }
        #expect(provider.deliveries == [other[0].id])
    }

    @Test func `while the database does not answer at its start, a sender sends on the priority lane only`() async throws {
        let provider = ProviderDouble()
        let (stopped, other) = (SettlingTests.notifications(1, .bulk), SettlingTests.notifications(1, .bulk))
        let codes = SettlingTests.notifications(2, .priority)
        try await startingSender(
            provider, migrated: false, published: [stopped, other, [codes[0]]], cancelled: stopped[0].request
        ) { database, publisher in
            // By the time of the second code the bulk lane has had its messages.
            try await Self.delivered(1, by: provider)
            try await Self.publish([codes[1]], by: publisher)
            try await Self.delivered(2, by: provider)
            #expect(Set(provider.deliveries) == Set(codes.map(\.id)))
            _ = try await Migrations(database).apply()
            try await Self.record(stopped[0].request, in: database)
            try await Self.delivered(3, by: provider)
        }
        #expect(provider.deliveries.last == other[0].id && provider.deliveries.count == 3)
    }
}

extension Installation {
    /// How many notifications each part of a request has created, and how many it did not.
    fileprivate func parts(of request: RequestID) async throws -> [(made: Int, left: Int)] {
        let rows = try await database.query(
            Statement("SELECT notifications, coalesce(not_created, 0) AS left FROM request_parts WHERE request = $1::uuid"),
            [.text(request.description)])
        return try rows.map { (Int(try $0.integer("notifications")), Int(try $0.integer("left"))) }
    }
}
