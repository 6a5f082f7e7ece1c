import Broker
import Contract
import Model
import ProviderDouble
import Senders
import Synchronization
import TestSupport
import Testing
import Topology

@Suite("Services take turns", .timeLimit(.minutes(1)))
struct TurnTests {
    @Test func `a service's request is delivered while thousands of another's wait for the same lane`() async throws {
        // Each service is a destination, and one of them is answered about a hundred times a second.
        let provider = ProviderDouble(
            destination: { Destination($0.tenant.text) },
            script: .always(.delivered(reference: nil)).hanging { $0.tenant == Installation.tenant })
        let answering = Task {
            while !Task.isCancelled {
                provider.end(1)
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        defer { answering.cancel() }
        let neighbour = Mutex<TenantName?>(nil)
        let findNeighbour: @Sendable (TestBroker) async throws -> Void = { vhost in
            let other = try await Self.neighbour(on: vhost)
            neighbour.withLock { $0 = other }
        }
        try await Installation.running(provider: provider, before: findNeighbour) { installation in
            let other = neighbour.withLock { $0! }
            try await installation.fill(channel: "news", consumers: 1)
            try await Installation.fill(installation.database, channel: "news", consumers: 1, of: other)
            let requests = (0..<5000).map { _ in (id: RequestID.fresh(), request: Request(channels: ["news"], text: ["Title"])) }
            try await installation.publish(requests)
            // The first of the burst are with the provider.
            try await within(.seconds(20), "64 calls") {
                for await _ in provider.began where provider.given.count >= 64 { break }
            }
            let single = RequestID.fresh()
            try await installation.publish([(single, Request(channels: ["news"], text: ["Title"]))], of: other)
            try await installation.eventually("the other's delivered") {
                try await installation.counts(of: single) == ["delivered": 1]
            }
            #expect(provider.given.count - provider.hangingCount < 2500)
            provider.release()
        }
    }

    /// A service that shares no queue of requests with the installation's own.
    private static func neighbour(on vhost: TestBroker) async throws -> TenantName {
        let publisher = Publisher(settings: vhost.settings, name: "test", log: .discarded, metrics: .init())
        let inspector = BrokerInspector(settings: vhost.settings, name: "test", log: .discarded)
        try await publisher.start()
        /// The queues with a message in them, after one of the service's was put there.
        func queues(after tenant: TenantName) async throws -> [QueueName] {
            try await publisher.publish([
                OutgoingMessage(exchange: "requests", routingKey: RoutingKey.request(tenant, .normal), body: [])
            ])
            var filled: [QueueName] = []
            for queue in QueueName.requests(.normal) where try await inspector.depth(of: queue.name).messages > 0 {
                filled.append(queue)
            }
            return filled
        }
        var number = 0
        var filled = try await queues(after: Installation.tenant)
        while filled.count == 1 {
            number += 1
            filled = try await queues(after: TenantName("other-\(number)")!)
        }
        for queue in filled { try await vhost.call("DELETE", "/api/queues/\(vhost.virtualHost)/\(queue.name)/contents") }
        await publisher.close()
        await inspector.close()
        return TenantName("other-\(number)")!
    }
}
