import Broker
import Cancellations
import Contract
import Model
import Parking
import Queueing
import Runtime
import Synchronization
import TestSupport
import Testing
import Topology

@testable import Router

/// Uses a real broker. The test supplies the listeners and the depth of the lane.
@Suite("A cursor service expands each chunk once, when the lane has room")
struct CursorServiceTests {
    static func cursor(_ request: RequestID = .fresh()) -> Cursor {
        Cursor(
            request: request, tenant: TenantName("acme")!, lane: .bulk, reference: nil, traceparent: nil,
            audience: Audience(channels: [1], consumers: [], watermark: 9), medium: .webhook, expiresAt: nil, part: 1, parts: 4,
            after: 10, through: 100, notifications: 7, content: EncodedContent(bytes: Array(#"{"text":["T"]}"#.utf8)))
    }

    /// Runs the service of the bulk lane. The body publishes cursors and reads what arrives on the lane.
    static func running(
        depth: @escaping @Sendable () -> Int = { 0 }, claim: @escaping @Sendable (Cursor) -> CursorLedger.Claim = { _ in .first },
        patience: Duration = .seconds(300), listeners: ListenerPipeline = RouterRole.listeners,
        page: @escaping @Sendable (ConsumerRange) -> ListenerPage = { CursorTests.page(1, end: $0.through, isLast: true) },
        cancelled: CancelledRequests = CancelledRequests(), metrics: Metrics = Metrics(),
        onCursor: @escaping @Sendable () -> Void = {},
        _ body: (Publisher, AsyncStream<Notification>, _ events: AsyncStream<RequestEvent>) async throws -> Void
    ) async throws {
        try await TestBroker.withVhost { broker in
            for exchange in ["notifications", "events.bulk", "cursors"] { try await broker.declareExchange(exchange) }
            for (queue, exchange) in [
                ("send.webhook.bulk", "notifications"), ("record.bulk", "events.bulk"), ("cursors.webhook.bulk", "cursors"),
                ("seen", "cursors"),
            ] {
                try await broker.declareQueue(queue)
                try await broker.bind(queue, to: exchange, key: "#")
            }
            let subscriber = Subscriber(settings: broker.settings, name: "router", log: .discarded, metrics: Metrics())
            let publisher = Publisher(settings: broker.settings, name: "router", log: .discarded, metrics: Metrics())
            try await subscriber.start()
            try await publisher.start()
            var settings = RouterSettings()
            settings.cursorPatience = patience
            let service = CursorService(
                medium: .webhook, lane: .bulk, settings: settings, subscriber: subscriber,
                publisher: FanOutPublisher(publisher: publisher, log: .discarded),
                parking: Parking(publisher: publisher, log: .discarded, metrics: Metrics()),
                reader: CursorReader(
                    directory: Directory(
                        find: { _ in [] },
                        pages: { $0.map { page($0.range) } },
                        extent: { _, _ in Directory.Extent(range: .everybody, consumers: 1) }),
                    firstMedia: FirstMediumLedger(
                        find: { _, _ in nil }, decide: { _, _, _, _ in throw CancellationError() })),
                ledger: CursorLedger(claim: { claim($0) }, reached: { _, _ in }),
                remaining: RemainingListeners { cursor in Int(cursor.through - cursor.after) }, cancelled: cancelled,
                listeners: listeners,
                gauge: LaneGauge(
                    queue: .send(.webhook, .bulk, .sparse), settings: settings, depth: { _ in (depth(), 1) }, log: .discarded,
                    metrics: Metrics()), drops: DropMetrics(lane: .bulk, metrics: metrics), retries: .always, log: .discarded)
            try await service.start()
            let cursors = try await subscriber.consume(queue: "seen", prefetch: 100)
            let seeing = Task { for await batch in cursors.deliveries { for _ in batch { onCursor() } } }
            let (arrived, arrival) = AsyncStream.makeStream(of: Notification.self)
            let lane = try await subscriber.consume(queue: "send.webhook.bulk", prefetch: 100)
            let reading = Task {
                for await batch in lane.deliveries {
                    for delivery in batch { for one in try NotificationMessage(delivery).notifications { arrival.yield(one) } }
                }
            }
            let (events, event) = AsyncStream.makeStream(of: RequestEvent.self)
            let record = try await subscriber.consume(queue: "record.bulk", prefetch: 100)
            let recording = Task {
                for await batch in record.deliveries {
                    for delivery in batch {
                        for case .request(let one) in try EventMessage(delivery).events { event.yield(one) }
                    }
                }
            }
            let result: Result<Void, any Error>
            do { result = .success(try await body(publisher, arrived, events)) } catch { result = .failure(error) }
            await service.drain()
            reading.cancel()
            recording.cancel()
            seeing.cancel()
            await subscriber.close()
            await publisher.close()
            try result.get()
        }
    }

    static func first(_ count: Int, of arrived: AsyncStream<Notification>) async throws -> [Notification] {
        try await within(.seconds(20), "\(count) notifications on the lane") {
            var taken: [Notification] = []
            for await one in arrived {
                taken.append(one)
                if taken.count == count { break }
            }
            return taken
        }
    }

    static func first(
        of events: AsyncStream<RequestEvent>, where isIt: @escaping @Sendable (RequestEvent) -> Bool
    ) async throws -> RequestEvent {
        try await within(.seconds(20), "the event of a request") { try #require(await events.first(where: isIt)) }
    }

    @Test func `nothing is published to a full lane`() async throws {
        let reads = Mutex(0)
        // Full in the first three reads.
        let depth: @Sendable () -> Int = {
            reads.withLock { reads in
                reads += 1
                return reads <= 3 ? 1_000_000 : 0
            }
        }
        try await Self.running(depth: depth) { publisher, arrived, _ in
            try await publisher.publish([CursorMessage(Self.cursor()).outgoing()])
            _ = try await Self.first(1, of: arrived)
            #expect(reads.withLock { $0 } >= 4)
        }
    }

    @Test func `a cursor whose lane stays full goes to the end of its queue repeatedly`() async throws {
        let seen = Mutex(0)
        // The lane has room when the cursor has been published and has gone to the end of its queue twice.
        let depth: @Sendable () -> Int = { seen.withLock { $0 >= 3 } ? 0 : 1_000_000 }
        let note: @Sendable () -> Void = { seen.withLock { $0 += 1 } }
        try await Self.running(depth: depth, patience: .zero, onCursor: note) { publisher, arrived, _ in
            try await publisher.publish([CursorMessage(Self.cursor()).outgoing()])
            #expect(try await Self.first(1, of: arrived).map(\.duplicateRisk) == [.none])
        }
    }

    @Test func `an unfinished chunk is a possible duplicate, and a finished one is dropped`() async throws {
        let (done, halfDone, fresh) = (RequestID.fresh(), RequestID.fresh(), RequestID.fresh())
        let claim: @Sendable (Cursor) -> CursorLedger.Claim = { cursor in
            cursor.request == done ? .finished : cursor.request == halfDone ? .unfinished : .first
        }
        try await Self.running(claim: claim) { publisher, arrived, _ in
            for request in [done, halfDone, fresh] {
                try await publisher.publish([CursorMessage(Self.cursor(request)).outgoing()])
            }
            let notifications = try await Self.first(2, of: arrived)
            #expect(Set(notifications.map(\.request)) == [halfDone, fresh])
            for notification in notifications {
                #expect(notification.duplicateRisk == (notification.request == halfDone ? .possible : .none))
            }
        }
    }

    @Test func `a cancelled cursor ends, reports how many it did not create, and takes no other's cursor with it`() async throws {
        let (stopped, other) = (Self.cursor(), Self.cursor())
        let cancelled = CancelledRequests()
        cancelled.add([Cancellation(tenant: stopped.tenant, request: stopped.request, at: .now)])
        try await Self.running(cancelled: cancelled) { publisher, arrived, events in
            try await publisher.publish([stopped, other].map { CursorMessage($0).outgoing() })
            #expect(try await Self.first(1, of: arrived).map(\.request) == [other.request])
            let end = try await Self.first(of: events) { $0.request == stopped.request }
            #expect(end.kind == .cancelled && end.part == 1 && end.parts == 5)
            #expect(end.notifications == 7 && end.notCreated == 90)
        }
    }

    @Test func `a cursor that is cancelled while it waits for room ends when it would have room`() async throws {
        let stopped = Self.cursor()
        let cancelled = CancelledRequests()
        // Cancelled at the second read of the depth, and then there is room.
        let reads = Mutex(0)
        let depth: @Sendable () -> Int = {
            let count = reads.withLock { reads in
                reads += 1
                return reads
            }
            if count == 2 { cancelled.add([Cancellation(tenant: stopped.tenant, request: stopped.request, at: .now)]) }
            return count < 3 ? 1_000_000 : 0
        }
        try await Self.running(depth: depth, cancelled: cancelled) { publisher, _, events in
            try await publisher.publish([CursorMessage(stopped).outgoing()])
            #expect(try await Self.first(of: events) { $0.request == stopped.request }.kind == .cancelled)
        }
    }
}
