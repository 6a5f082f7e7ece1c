import Database
import Model
import ProviderDouble
import Testing

@Suite("A medium that nobody serves")
struct UnservedMediumTests {
    @Test func `stops no other medium, however many messages wait for it`() async throws {
        let provider = ProviderDouble()
        // A lane takes two messages more than its one before its cursors wait.
        try await Installation.running(provider: provider, chunk: 50, laneFloor: 1) { installation in
            try await installation.fill(channel: "everybody", consumers: 1000)
            _ = try await installation.database.query(
                Statement(
                    """
                    INSERT INTO endpoints (id, consumer_id, medium, address)
                    SELECT gen_random_uuid(), id, 'email', 'c' || id || '@example.org' FROM consumers
                    """))
            for _ in 0..<3 {
                let id = RequestID.fresh()
                try await installation.publish([(id, Request(channels: ["everybody"], text: ["Title"], lane: .bulk))])
                try await installation.eventually("all webhooks delivered") {
                    try await installation.counts(of: id)["delivered"] == 1000
                }
            }
            #expect(provider.deliveries.count == 3000)
            let unserved = installation.metrics.gauge(
                "posthorn_router_lane_unserved", "", labels: [("queue", "send.email.bulk.burst")])
            #expect(unserved.value == 1)
        }
    }
}
