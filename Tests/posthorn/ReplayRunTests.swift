import Broker
import Contract
import JSON
import Model
import Parking
import Runtime
import TestSupport
import Testing
import Topology

@testable import posthorn

/// `posthorn parked replay` on a virtual host of its own.
@Suite("A parked copy is removed when its replay is confirmed", .timeLimit(.minutes(1)))
struct ReplayRunTests {
    private static let lane = QueueName.send(.webhook, .bulk, .sparse)

    private static func withBroker(_ body: @Sendable (TestBroker) async throws -> Void) async throws {
        try await TestBroker.withVhost { broker in
            let definitions = String(decoding: TopologyDefinition(.posthorn).document.encoded(), as: UTF8.self)
            try await broker.call("POST", "/api/definitions/\(broker.virtualHost)", definitions)
            try await body(broker)
        }
    }

    /// Parks notifications as a sender does after their last attempt.
    private static func park(_ count: Int, on broker: TestBroker) async throws -> [NotificationID] {
        let request = RequestID.fresh()
        let notifications = (0..<count).map { number in
            Notification(
                request: request, tenant: TenantName("shop")!, reference: nil, lane: .bulk, consumer: "ada-\(number)",
                endpoint: Endpoint(id: .fresh(), medium: .webhook, address: "https://example.org/"), attempt: 7, expiresAt: nil,
                traceparent: nil, content: EncodedContent(bytes: Array("{}".utf8)))
        }
        let publisher = Publisher(settings: broker.settings, name: "test", log: .discarded, metrics: Metrics())
        try await publisher.start()
        try await publisher.publish(
            notifications.map {
                ParkedMessage(NotificationMessage($0).outgoing(), because: .undeliverable, reason: "HTTP 503", from: lane)
                    .outgoing()
            })
        await publisher.close()
        return notifications.map(\.id)
    }

    private static func replay(
        on broker: TestBroker, limit: Int = .max, isDry: Bool = false, confirmed: @escaping @Sendable () -> Void = {}
    ) async throws -> ReplayTally {
        try await ParkedSession.with(ParkedFilter(), broker: broker.settings, log: .discarded) { session in
            try await ReplayRun(
                queues: session.queues, replayer: Replayer(publisher: session.publisher), user: session.user, rate: 10_000,
                limit: limit, isDry: isDry, report: { _, _ in confirmed() }
            ).run()
        }
    }

    private static func messages(on queue: QueueName, of broker: TestBroker, _ count: Int) async throws -> [Delivery] {
        let subscriber = Subscriber(settings: broker.settings, name: "test", log: .discarded, metrics: Metrics())
        try await subscriber.start()
        let consumption = try await subscriber.consume(queue: queue.name, prefetch: 1000)
        var deliveries: [Delivery] = []
        for await batch in consumption.deliveries {
            deliveries += batch
            if deliveries.count >= count { break }
        }
        await subscriber.close()
        return deliveries
    }

    private static func depth(of queue: QueueName, on broker: TestBroker) async throws -> Int {
        let inspector = BrokerInspector(settings: broker.settings, name: "test", log: .discarded)
        defer { Task { await inspector.close() } }
        return try await inspector.depth(of: queue.name).messages
    }

    @Test func `each notification is on its lane again as a possible duplicate, and its events are published`() async throws {
        try await Self.withBroker { broker in
            let ids = try await Self.park(40, on: broker)
            let tally = try await Self.replay(on: broker)
            #expect(tally.replayed == 40 && tally.kept == 0)
            let sent = try await Self.messages(on: Self.lane, of: broker, 40).flatMap {
                try NotificationMessage($0).notifications
            }
            #expect(sent.map(\.id) == ids)
            #expect(sent.allSatisfy { $0.attempt == 9 && $0.duplicateRisk == .possible })
            #expect(try await Self.depth(of: .parked(.undeliverable), on: broker) == 0)
            let events = try EventMessage(try await Self.messages(on: .record(.bulk), of: broker, 1)[0]).events
            #expect(events.allSatisfy { $0.kind == "replayed" })
        }
    }

    @Test func `at the limit and in a dry run the others stay`() async throws {
        try await Self.withBroker { broker in
            let ids = try await Self.park(10, on: broker)
            #expect(try await Self.replay(on: broker, isDry: true).replayed == 10)
            #expect(try await Self.depth(of: Self.lane, on: broker) == 0)
            #expect(try await Self.replay(on: broker, limit: 4).replayed == 4)
            let parked = try await Self.messages(on: .parked(.undeliverable), of: broker, 6)
            #expect(Set(parked.map { ParkedCopy($0, from: .undeliverable).id }) == Set(ids[4...].map(\.description)))
        }
    }

    @Test func `while its lane refuses a notification, its parked copy stays`() async throws {
        try await Self.withBroker { broker in
            let ids = try await Self.park(1, on: broker)
            try await broker.deleteQueue(Self.lane.name)
            // A quorum queue of no length would take one message before it refuses.
            try await broker.declareQueue(Self.lane.name, arguments: #"{"x-max-length":0,"x-overflow":"reject-publish"}"#)
            try await broker.declareQueue("seen")
            for name in [Self.lane.name, "seen"] {
                try await broker.bind(name, to: ExchangeName.notifications.name, key: "webhook.bulk")
            }
            let run = Task { try await Self.replay(on: broker) }
            // It has been published twice, so it was refused once.
            let seen = Subscriber(settings: broker.settings, name: "test", log: .discarded, metrics: Metrics())
            try await seen.start()
            let consumption = try await seen.consume(queue: "seen", prefetch: 10)
            var count = 0
            for await batch in consumption.deliveries {
                count += batch.count
                if count >= 2 { break }
            }
            await seen.close()
            run.cancel()
            #expect(try await run.value.replayed == 0)
            let parked = try await Self.messages(on: .parked(.undeliverable), of: broker, 1)
            #expect(parked.map { ParkedCopy($0, from: .undeliverable).id } == ids.map(\.description))
        }
    }
}
