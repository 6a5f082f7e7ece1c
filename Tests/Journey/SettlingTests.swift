import Broker
import Contract
import Database
import Model
import ProviderDouble
import Recorder
import Runtime
import SenderProcess
import Senders
import Synchronization
import TestSupport
import Testing
import Topology

/// A sender and a recorder, whose queues the test can fill.
@Suite("A full queue stops no other, and nothing is sent twice", .timeLimit(.minutes(2)))
struct SettlingTests {
    private struct Fixture: Sendable {
        let vhost: TestBroker
        let database: Database
        let recorder: [any Service]
        let publisher: Publisher

        /// Makes queues whose names match reject everything.
        func fill(_ pattern: String) async throws {
            try await vhost.call(
                "PUT", "/api/policies/\(vhost.virtualHost)/full",
                #"{"pattern":"\#(pattern)","priority":100,"definition":{"max-length":0,"overflow":"reject-publish","dead-letter-strategy":"at-least-once"}}"#
            )
            // A policy takes effect a little later: wait until a queue rejects.
            let marker = OutgoingMessage(
                exchange: pattern.hasPrefix("^retry") ? RetryDelay.fourHours.exchange : ExchangeName.events(of: .normal),
                routingKey: pattern.hasPrefix("^retry") ? "test.normal" : "test.full", body: [])
            let deadline = ContinuousClock.now + .seconds(30)
            while await publisher.attempt([marker]).isConfirmed { try #require(ContinuousClock.now < deadline) }
        }

        /// Records events from now on.
        func record() async throws { for service in recorder { try await service.start() } }

        func empty() async throws { try await vhost.call("DELETE", "/api/policies/\(vhost.virtualHost)/full") }

        func statuses() async throws -> [String: Int] {
            let rows = try await database.query(Statement("SELECT status, count(*) AS number FROM notifications GROUP BY status"))
            return try Dictionary(uniqueKeysWithValues: rows.map { (try $0.text("status"), Int(try $0.integer("number"))) })
        }
    }

    private func running(
        provider: ProviderDouble, prefetch: Int = 512, _ body: @escaping @Sendable (Fixture) async throws -> Void
    ) async throws {
        try await TestBroker.withVhost { vhost in
            try await TestDatabase.withDatabase { database, settings in
                try await Installation.applyTopology(to: vhost)
                let context = RoleContext(log: .discarded)
                var reader = try SettingsReader(
                    environment: Installation.environment(vhost.settings, settings, prefetch: prefetch))
                let recorder = try RecorderRole().services(settings: &reader, context: context)
                let sender = try SenderRole(media: [DoubleMedium(provider)]).services(settings: &reader, context: context)
                let publisher = Publisher(settings: vhost.settings, name: "test", log: .discarded, metrics: Metrics())
                let fixture = Fixture(vhost: vhost, database: database, recorder: recorder, publisher: publisher)
                let outcome = Mutex<Result<Void, any Error>>(.success(()))
                try await ServiceGroup([publisher] + sender, drainLimit: .seconds(20), log: .discarded).run {
                    do { try await body(fixture) } catch { outcome.withLock { $0 = .failure(error) } }
                    for service in recorder.reversed() { await service.drain() }
                }
                try outcome.withLock { $0 }.get()
            }
        }
    }

    static func notifications(_ count: Int, _ lane: Lane = .normal) -> [Notification] {
        let request = RequestID.fresh()
        let content = EncodedContent(
            Content(of: Request(channels: ["news"], text: ["T"]), id: request, tenant: Installation.tenant, sentAt: .now))
        return (0..<count).map { _ in
            Notification(
                request: request, tenant: Installation.tenant, reference: nil, lane: lane, traffic: .burst, consumer: "ada",
                endpoint: Endpoint(id: .fresh(), medium: .webhook, address: "https://example.org/"), expiresAt: nil,
                traceparent: nil, content: content)
        }
    }

    private func eventually(_ what: String, _ isSo: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !isSo() {
            guard ContinuousClock.now < deadline else { throw Installation.Never(what: what) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func `while events are refused an endpoint that failed once is called twice and no more`() async throws {
        let (calls, call) = AsyncStream.makeStream(of: Int.self)
        let provider = ProviderDouble { notification in
            call.yield(notification.attempt)
            return notification.attempt == 1 ? .retry(after: nil, why: "HTTP 503") : .delivered(reference: nil)
        }
        try await running(provider: provider) { fixture in
            try await fixture.fill("^record[.]normal$")
            let notification = Self.notifications(1)
            try await fixture.publisher.publish(NotificationMessage.messages(of: notification).map { $0.outgoing() })
            var attempts = calls.makeAsyncIterator()
            #expect(await attempts.next() == 1)
            #expect(await attempts.next() == 2)
            // Long enough for what would be repeated to come back from its retry delay queue; another one is sent meanwhile.
            let other = Self.notifications(1)
            try await fixture.publisher.publish(NotificationMessage.messages(of: other).map { $0.outgoing() })
            #expect(await attempts.next() == 1)
            #expect(await attempts.next() == 2)
            try await fixture.empty()
            try await fixture.record()
            try await eventually("both delivered") { try await fixture.statuses() == ["delivered": 2] }
            #expect(provider.deliveries.count == 4)
        }
    }

    @Test func `while the recorder is behind nothing that was sent is sent again, and then what was not is sent`() async throws {
        let (calls, call) = AsyncStream.makeStream(of: NotificationID.self)
        let provider = ProviderDouble { notification in
            call.yield(notification.id)
            return .delivered(reference: nil)
        }
        try await running(provider: provider) { fixture in
            var deliveries = calls.makeAsyncIterator()
            let sent = Self.notifications(1)
            try await fixture.publisher.publish(NotificationMessage.messages(of: sent).map { $0.outgoing() })
            #expect(await deliveries.next() == sent[0].id)
            // A copy of it that has waited, and one that has never been sent.
            var possibleDuplicates = sent + Self.notifications(1)
            for index in possibleDuplicates.indices {
                (possibleDuplicates[index].duplicateRisk, possibleDuplicates[index].possibleDuplicateSince) = (.delayed, .now)
            }
            try await fixture.publisher.publish(NotificationMessage.messages(of: possibleDuplicates).map { $0.outgoing() })
            // Another one that is sent after them shows that they were looked up.
            let other = Self.notifications(1)
            try await fixture.publisher.publish(NotificationMessage.messages(of: other).map { $0.outgoing() })
            #expect(await deliveries.next() == other[0].id)
            try await fixture.record()
            #expect(await deliveries.next() == possibleDuplicates[1].id)
            try await eventually("all delivered") { try await fixture.statuses() == ["delivered": 3] }
            #expect(provider.deliveries.count == 3)
        }
    }

    @Test func `while the events of bulk messages are rejected, login codes are settled`() async throws {
        let provider = ProviderDouble { _ in .delivered(reference: nil) }
        // Three windows of each: a lane stops after the first if nothing can be settled.
        try await running(provider: provider, prefetch: 64) { fixture in
            try await fixture.fill("^record[.](normal|bulk)$")
            let (newsletter, codes) = (Self.notifications(200, .bulk), Self.notifications(200, .priority))
            for notifications in [newsletter, codes] {
                try await fixture.publisher.publish(NotificationMessage.messages(of: notifications).map { $0.outgoing() })
            }
            try await eventually("the codes sent") { Set(provider.deliveries).isSuperset(of: codes.map(\.id)) }
            // A queue of no length takes one message before it refuses.
            #expect(Set(provider.deliveries).intersection(newsletter.map(\.id)).count <= 128)
            try await fixture.empty()
            try await fixture.record()
            try await eventually("all delivered") { try await fixture.statuses() == ["delivered": 400] }
        }
    }

    @Test func `a service's own queue that rejects its events delays no other service`() async throws {
        let provider = ProviderDouble { _ in .delivered(reference: nil) }
        try await running(provider: provider, prefetch: 64) { fixture in
            try await fixture.record()
            // A service may declare its queues as it likes, and for a classic queue its own arguments win over the policy.
            let queue = "\(Installation.tenant.text).events"
            try await fixture.vhost.declareQueue(
                queue, arguments: #"{"x-queue-type":"classic","x-max-length":1,"x-overflow":"reject-publish"}"#)
            try await fixture.vhost.bind(queue, to: ExchangeName.events.name, key: "\(Installation.tenant.text).#")
            // Two windows of one notification a message, so that no two are in one event message.
            for notification in (0..<128).flatMap({ _ in Self.notifications(1) }) {
                try await fixture.publisher.publish([NotificationMessage(notification).outgoing()])
            }
            let others = SenderRig.notifications(["https://example.org/"], .webhook, .normal, of: "other")
            try await fixture.publisher.publish(NotificationMessage.messages(of: others).map { $0.outgoing() })
            try await eventually("the other's delivered") {
                let rows = try await fixture.database.query(Statement("SELECT 1 FROM notifications WHERE service = 'other'"))
                return rows.count == 1
            }
        }
    }

    @Test func `full retry delay queues stop no others on the lane, spend no attempts and lose nothing`() async throws {
        let failing = Mutex<Set<NotificationID>>([])
        let attempts = Mutex<[NotificationID: [Int]]>([:])
        let provider = ProviderDouble { notification in
            attempts.withLock { $0[notification.id, default: []].append(notification.attempt) }
            let fails = failing.withLock { $0.contains(notification.id) } && notification.attempt == 1
            return fails ? .retry(after: nil, why: "HTTP 503") : .delivered(reference: nil)
        }
        try await running(provider: provider, prefetch: 64) { fixture in
            try await fixture.record()
            try await fixture.fill("^retry[.].*[.]normal$")
            let troubled = Self.notifications(200)
            failing.withLock { $0 = Set(troubled.map(\.id)) }
            try await fixture.publisher.publish(NotificationMessage.messages(of: troubled).map { $0.outgoing() })
            let good = Self.notifications(100)
            try await fixture.publisher.publish(NotificationMessage.messages(of: good).map { $0.outgoing() })
            try await eventually("the others delivered") { try await fixture.statuses()["delivered"] ?? 0 >= 100 }
            let sent = attempts.withLock { $0 }
            #expect(good.allSatisfy { sent[$0.id] == [1] })
            try await fixture.empty()
            try await eventually("all delivered") { try await fixture.statuses() == ["delivered": 300] }
            let all = attempts.withLock { $0 }
            #expect(troubled.allSatisfy { all[$0.id] == [1, 2] })
        }
    }

    @Test func `a sender that stops requeues what it has not begun, and finishes what it began`() async throws {
        let provider = ProviderDouble(script: .always(.delivered(reference: nil)).hanging())
        try await TestBroker.withVhost { vhost in
            try await TestDatabase.withDatabase { _, settings in
                try await Installation.applyTopology(to: vhost)
                let publisher = Publisher(settings: vhost.settings, name: "test", log: .discarded, metrics: Metrics())
                try await publisher.start()
                var reader = try SettingsReader(environment: Installation.environment(vhost.settings, settings, prefetch: 4))
                let sender = try SenderRole(media: [DoubleMedium(provider)]).services(
                    settings: &reader, context: RoleContext(log: .discarded))
                for service in sender { try await service.start() }
                let (first, second) = (Self.notifications(4), Self.notifications(2))
                try await publisher.publish(NotificationMessage.messages(of: first).map { $0.outgoing() })
                // The first message fills the window, though not all of it is let through to one destination at once.
                _ = await provider.began.first { _ in true }
                try await publisher.publish(NotificationMessage.messages(of: second).map { $0.outgoing() })
                for service in sender { await service.stopTaking() }
                let other = Subscriber(settings: vhost.settings, name: "other", log: .discarded, metrics: Metrics())
                try await other.start()
                let consumption = try await other.consume(queue: QueueName.send(.webhook, .normal, .burst).name, prefetch: 10)
                var batches = consumption.deliveries.makeAsyncIterator()
                let delivery = try #require(await batches.next()?.first)
                #expect(try NotificationMessage(delivery).notifications.map(\.id) == second.map(\.id))
                provider.release()
                for service in sender.reversed() { await service.drain() }
                await other.close()
                await publisher.close()
            }
        }
    }
}
