import Broker
import Contract
import Lanes
import Model
import ProviderDouble
import Runtime
import Senders
import Synchronization
import TestSupport
import Testing
import Topology

/// Messages that were returned too often, as their headers say.
@Suite("A message that was returned too often", .timeLimit(.minutes(2)))
struct IsolationTests {
    private static func returned(_ count: Int, _ notification: Notification) -> OutgoingMessage {
        var notification = notification
        notification.returns = count
        return NotificationMessage(notification).outgoing()
    }

    static func notification(lane: Lane = .priority, traffic: Traffic = .sparse) -> Notification {
        let request = RequestID.fresh()
        let content = Content(of: Request(text: ["Title"]), id: request, tenant: Installation.tenant, sentAt: .now)
        return Notification(
            request: request, tenant: Installation.tenant, reference: nil, lane: lane, traffic: traffic, consumer: "ada",
            endpoint: Endpoint(id: .fresh(), medium: .webhook, address: "https://example.org/"), expiresAt: nil, traceparent: nil,
            content: EncodedContent(content))
    }

    @Test func `is sent alone, once, and delivered`() async throws {
        let provider = ProviderDouble()
        try await Installation.running(provider: provider) { installation in
            let notifications = (0..<5).map { _ in Self.notification() }
            let publisher = try await installation.publisher()
            try await publisher.publish(notifications.map { Self.returned(3, $0) })
            await publisher.close()
            for notification in notifications {
                try await installation.eventually("delivered") {
                    try await installation.counts(of: notification.request) == ["delivered": 1]
                }
            }
            #expect(Set(provider.deliveries) == Set(notifications.map(\.id)) && provider.deliveries.count == 5)
        }
    }

    @Test func `waits while its lane is paused, and other lanes' do not`() async throws {
        try await LaneControlRig.running(prefetch: 4) { rig in
            let provider = ProviderDouble()
            let bulk = LaneName(.webhook, .bulk)
            let sender = try await rig.startSender(provider)
            try await rig.change(bulk) { $0.flow = .pause }
            let paused = Self.notification(lane: .bulk, traffic: .isolated)
            try await rig.publish([paused])
            // The bulk lane's turn comes after that of the others: at the second one's it has passed.
            for other in [Self.notification(traffic: .isolated), Self.notification(traffic: .isolated)] {
                try await rig.publish([other])
                try await rig.eventually("another lane's sent") { provider.deliveries.contains(other.id) }
            }
            #expect(!provider.deliveries.contains(paused.id))
            try await rig.change(bulk) { $0.flow = .resume }
            try await rig.eventually("sent after the pause") { provider.deliveries.contains(paused.id) }
            #expect(provider.deliveries.count == 3)
            await rig.stop(sender)
        }
    }

    @Test func `and has ended processes alone is parked and reported, without being sent or decoded`() async throws {
        let provider = ProviderDouble()
        try await Installation.running(provider: provider) { installation in
            let poison = Self.notification(traffic: .isolated)
            var unreadable = Self.returned(6, poison)
            unreadable.properties["x-notifications"] = .string("nothing")
            let publisher = try await installation.publisher()
            try await publisher.publish([unreadable, Self.returned(6, poison)])
            await publisher.close()
            try await installation.eventually("reported") {
                try await installation.counts(of: poison.request) == ["technical-failure": 1]
            }
            #expect(ParkedCopy(try await installation.parked(.poison), from: .poison).user == nil)
            #expect(provider.deliveries.isEmpty)
        }
    }
}
