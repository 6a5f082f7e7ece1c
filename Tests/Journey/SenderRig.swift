import Broker
import Contract
import Database
import Model
import Runtime
import SenderProcess
import Senders
import TestSupport
import Topology

/// Senders alone, on a virtual host of their own: publishes notifications to their lanes and receives their events.
struct SenderRig: Sendable {
    let metrics: Metrics
    private let publisher: Publisher
    private let received: Consumption

    /// Runs the senders of the media for the body, and ends them without waiting for what hangs.
    ///
    /// - Parameters:
    ///   - settings: beside those of the broker and the database.
    ///   - prefetch: of each lane; nil for the default.
    static func running(
        _ media: [any SenderMedium], settings: [String: String] = [:], prefetch: Int? = nil,
        _ body: (SenderRig) async throws -> Void
    ) async throws {
        try await TestBroker.withVhost { vhost in
            try await Installation.applyTopology(to: vhost)
            try await TestDatabase.withDatabase { _, database in
                let context = RoleContext(log: Log(level: .error, format: .logfmt))
                let environment = Installation.environment(vhost.settings, database, prefetch: prefetch)
                var reader = try SettingsReader(environment: environment.merging(settings) { $1 })
                let sender = try SenderRole(media: media).services(settings: &reader, context: context)
                try reader.finish()
                let publisher = Publisher(settings: vhost.settings, name: "test", log: context.log, metrics: Metrics())
                let subscriber = Subscriber(settings: vhost.settings, name: "test", log: context.log, metrics: Metrics())
                try await publisher.start()
                try await subscriber.start()
                try await vhost.declareQueue("received")
                try await vhost.bind("received", to: ExchangeName.events.name, key: "#")
                let received = try await subscriber.consume(queue: "received", prefetch: 1000)
                for service in sender { try await service.start() }
                let result: Result<Void, any Error>
                do {
                    result = .success(
                        try await body(SenderRig(metrics: context.metrics, publisher: publisher, received: received)))
                } catch { result = .failure(error) }
                for service in sender where service is Subscriber || service is Publisher || service is Database {
                    await service.drain()
                }
                await subscriber.close()
                await publisher.close()
                try result.get()
            }
        }
    }

    func publish(_ notifications: [Notification]) async throws {
        try await publisher.publish(NotificationMessage.messages(of: notifications).map { $0.outgoing() })
    }

    /// The events as they arrive.
    var events: some AsyncSequence<NotificationEvent, any Error> & Sendable {
        AsyncThrowingStream { [received] stream in
            let reading = Task {
                do {
                    for await batch in received.deliveries {
                        for delivery in batch {
                            for case .notification(let event) in try EventMessage(delivery).events { stream.yield(event) }
                        }
                        await received.acknowledge(batch.map(\.tag))
                    }
                    stream.finish()
                } catch { stream.finish(throwing: error) }
            }
            stream.onTermination = { _ in reading.cancel() }
        }
    }

    func deferred(_ medium: Medium, _ lane: Lane) -> Int {
        Deferral.allCases.map { why in
            metrics.counter(
                "posthorn_sender_deferred_total", "",
                labels: [("medium", medium.rawValue), ("lane", lane.rawValue), ("reason", why.rawValue)]
            ).value
        }.reduce(0, +)
    }

    /// Notifications of one request of the service, one for each address.
    static func notifications(
        _ addresses: [String], _ medium: Medium, _ lane: Lane, _ traffic: Traffic = .burst, of service: String
    ) -> [Notification] {
        let service = TenantName(service)!
        let request = RequestID.fresh()
        let content = EncodedContent(
            Content(of: Request(channels: ["news"], text: ["Title", "Text"]), id: request, tenant: service, sentAt: .now))
        return addresses.map { address in
            Notification(
                request: request, tenant: service, reference: nil, lane: lane, traffic: traffic, consumer: nil,
                endpoint: Endpoint(
                    id: .derived(tenant: service, medium: medium, address: address), medium: medium, address: address),
                expiresAt: nil, traceparent: nil, content: content)
        }
    }
}
