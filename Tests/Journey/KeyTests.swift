import Broker
import Contract
import Database
import Model
import ProviderDouble
import TestSupport
import Testing
import Topology

@Suite("A dedupe key belongs to one request")
struct KeyTests {
    private static let id = RequestID.derived(tenant: Installation.tenant, dedupeKey: "k")

    @Test func `another request with the same key is rejected with a reason`() async throws {
        let provider = ProviderDouble()
        try await Installation.running(provider: provider) { installation in
            try await installation.fill(channel: "news", consumers: 1)
            try await installation.publish([(.fresh(), Request(channels: ["news"], text: ["One"], dedupeKey: "k"))])
            try await installation.eventually("delivered") { try await installation.counts(of: Self.id) == ["delivered": 1] }
            try await installation.publish([(.fresh(), Request(channels: ["news"], text: ["Two"], dedupeKey: "k"))])
            #expect(try await installation.parked(.rejected).properties.string("x-reason")?.contains("dedupe_key") == true)
            #expect(try await installation.state(of: Self.id)?.state == "expanded")
            #expect(provider.deliveries.count == 1)
        }
    }

    @Test func `the key is free again after its request was rejected, also for another request`() async throws {
        try await Installation.running(provider: ProviderDouble()) { installation in
            try await installation.fill(channel: "news", consumers: 1)
            try await installation.publish([(.fresh(), Request(channels: ["nws"], text: ["One"], dedupeKey: "k"))])
            try await installation.eventually("rejected") { try await installation.state(of: Self.id)?.state == "rejected" }
            try await installation.publish([(.fresh(), Request(channels: ["news"], text: ["One"], dedupeKey: "k"))])
            try await installation.eventually("delivered") { try await installation.counts(of: Self.id) == ["delivered": 1] }
            try await installation.eventually("expanded") { try await installation.state(of: Self.id)?.state == "expanded" }
        }
    }
}
