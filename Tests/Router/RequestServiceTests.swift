import Broker
import Contract
import Model
import Parking
import Runtime
import Synchronization
import TestSupport
import Testing
import Topology

@testable import Router

/// Uses a real broker. The test supplies the listeners and the depth of the lane.
@Suite("A service that sends a burst", .timeLimit(.minutes(1)))
struct RequestServiceTests {
    private static let queues = ["requests.normal.0", "send.webhook.normal", "send.webhook.normal.burst", "record.normal"]

    /// Publishes the requests, then runs the request service of one queue.
    private func running(
        _ requests: [(service: String, count: Int)], depth: @escaping @Sendable () -> Int,
        _ body: (_ sparse: AsyncStream<Notification>, _ burst: AsyncStream<Notification>) async throws -> Void
    ) async throws {
        try await TestBroker.withVhost { broker in
            for (queue, exchange, key) in zip3(
                Self.queues, ["requests", "notifications", "notifications", "events.normal"],
                ["#", "webhook.normal", "webhook.normal.burst", "#"])
            {
                try await broker.declareExchange(exchange)
                try await broker.declareQueue(queue)
                try await broker.bind(queue, to: exchange, key: key)
            }
            let subscriber = Subscriber(settings: broker.settings, name: "router", log: .discarded, metrics: Metrics())
            let publisher = Publisher(settings: broker.settings, name: "router", log: .discarded, metrics: Metrics())
            try await subscriber.start()
            try await publisher.start()
            try await publisher.publish(
                RequestMessage.messages(of: requests.flatMap { Self.submissions($0.count, of: $0.service, broker.settings.user) })
                    .map { $0.outgoing() })
            let service = service(subscriber, publisher, trusting: broker.settings.user, depth)
            try await service.start()
            let sparse = try await notifications("send.webhook.normal", subscriber)
            let burst = try await notifications("send.webhook.normal.burst", subscriber)
            let result: Result<Void, any Error>
            do { result = .success(try await body(sparse, burst)) } catch { result = .failure(error) }
            await service.drain()
            await subscriber.close()
            await publisher.close()
            try result.get()
        }
    }

    private func service(
        _ subscriber: Subscriber, _ publisher: Publisher, trusting user: String, _ depth: @escaping @Sendable () -> Int
    ) -> RequestService {
        let settings = RouterSettings()
        let directory = Directory(
            find: { queries in queries.map { _ in Directory.Answer(channels: ["news": 1]) } },
            pages: { $0.map { CursorTests.page(1, end: $0.range.through, isLast: true) } },
            extent: { _, _ in Directory.Extent(range: .everybody, consumers: 1) })
        let ledger = RequestLedger(
            admit: { Dictionary(uniqueKeysWithValues: $0.map { (RequestLedger.Key($0), .first(StageTests.decisions)) }) },
            divide: { _, ranges in ranges }, divided: { _, _ in }, reject: { _ in })
        return RequestService(
            lane: .normal, queue: .requests(.normal, 0), prefetch: settings.requestPrefetch, subscriber: subscriber,
            publisher: FanOutPublisher(publisher: publisher, log: .discarded),
            parking: Parking(publisher: publisher, log: .discarded, metrics: Metrics()),
            expander: RouterRole.expander(settings, trustedUsers: [user], directory: directory, ledger: ledger), ledger: ledger,
            gauges: [
                .webhook: LaneGauge(
                    queue: .send(.webhook, .normal, .burst), settings: settings, depth: { _ in (depth(), 1) }, log: .discarded,
                    metrics: Metrics())
            ], chunk: settings.chunk, retries: RouterRole.retries, log: .discarded, metrics: Metrics())
    }

    private static func submissions(_ count: Int, of service: String, _ user: String) -> [Submission] {
        (0..<count).map { _ in
            Submission(
                tenant: TenantName(service)!, lane: .normal, id: .fresh(), user: user,
                body: Request(channels: ["news"], text: ["Title"]).document.encoded())
        }
    }

    private func notifications(_ queue: String, _ subscriber: Subscriber) async throws -> AsyncStream<Notification> {
        let consumption = try await subscriber.consume(queue: queue, prefetch: 1000)
        let (arrived, arrival) = AsyncStream.makeStream(of: Notification.self)
        Task {
            for await batch in consumption.deliveries {
                for delivery in batch { for one in try NotificationMessage(delivery).notifications { arrival.yield(one) } }
            }
        }
        return arrived
    }

    private func zip3<A, B, C>(_ first: [A], _ second: [B], _ third: [C]) -> [(A, B, C)] {
        zip(first, zip(second, third)).map { ($0, $1.0, $1.1) }
    }

    /// Takes at least `count`, and continues until one of them matches.
    private func take(
        _ count: Int, _ arrived: AsyncStream<Notification>,
        until isFound: @escaping @Sendable (Notification) -> Bool = { _ in true }
    ) async throws -> [Notification] {
        try await within(.seconds(20), "\(count) notifications") {
            var taken: [Notification] = []
            for await one in arrived {
                taken.append(one)
                if taken.count >= count, taken.contains(where: isFound) { break }
            }
            return taken
        }
    }

    @Test func `waits while the lane is full, and does not delay other services`() async throws {
        let reads = Mutex(0)
        // Full in the first three reads.
        let depth: @Sendable () -> Int = {
            reads.withLock { reads in
                reads += 1
                return reads <= 3 ? 1_000_000 : 0
            }
        }
        try await running([("acme", 400), ("other", 1)], depth: depth) { sparse, burst in
            // The allowance of the service, and the request of another service that was published after all of it.
            let first = try await take(65, sparse) { $0.tenant.text == "other" }
            #expect(first.count >= 65)
            let rest = try await take(200, burst)
            #expect(reads.withLock { $0 } >= 4)
            #expect(rest.allSatisfy { $0.tenant.text == "acme" && $0.traffic == .burst })
        }
    }
}
