import Accounts
import Database
import Model
import TestSupport
import Testing
import WebAPI

@testable import Gateway

/// Each store by itself, without the resources in front of it, which look for what a call names before they change it. Two services
/// have a consumer and a channel of the same names; only the owner's consumer has an endpoint and listens.
@Suite("No store reaches what is another service's")
struct StoreTenancyTests {
    private struct Fixture {
        let database: Database
        let owner: Tenant
        let other: Tenant
        let endpoint: EndpointID

        var endpoints: EndpointStore { EndpointStore(database: database) }
        var channels: ChannelStore { ChannelStore(database: database) }
        var consumers: ConsumerStore { ConsumerStore(database: database) }
        var subscriptions: SubscriptionStore { SubscriptionStore(database: database) }
    }

    private static let page = PageQuery(limit: 100, after: nil)
    private static let hook = EndpointStore.Draft(medium: .webhook, address: "https://example.org/")

    private func withFixture(_ body: (Fixture) async throws -> Void) async throws {
        try await TestDatabase.withDatabase { database, _ in
            func tenant(_ name: String) async throws -> Tenant {
                let name = TenantName(name)!
                try await TenantStore(database).create(name)
                let rows = try await database.query(Statement("SELECT id FROM services WHERE name = $1"), [.text(name.text)])
                return Tenant(id: try rows[0].integer("id"), name: name)
            }
            let (owner, other) = (try await tenant("owner"), try await tenant("other"))
            for tenant in [owner, other] {
                _ = try await ConsumerStore(database: database).register("ada", of: tenant)
                _ = try await ChannelStore(database: database).add("news", of: tenant)
            }
            let added = try await EndpointStore(database: database).add(Self.hook, to: "ada", of: owner)
            _ = try await SubscriptionStore(database: database).listen("ada", to: "news", media: nil, of: owner)
            try await body(
                Fixture(database: database, owner: owner, other: other, endpoint: try #require(added).record.endpoint.id))
        }
    }

    @Test func `endpoints`() async throws {
        try await withFixture { fixture in
            let (store, other, id) = (fixture.endpoints, fixture.other, fixture.endpoint)
            #expect(try await store.list(of: "ada", of: other).isEmpty)
            #expect(try await store.find(id, of: "ada", of: other) == nil)
            #expect(try await store.change(id, of: "ada", of: other, address: "https://eve.example.org/") == nil)
            #expect(try await store.rotateSecret(id, of: "ada", of: other) == nil)
            #expect(try await !store.remove(id, of: "ada", of: other))
            _ = try await store.add(.init(medium: .webhook, address: "https://other.example.org/"), to: "ada", of: other)
            let own = try await store.list(of: "ada", of: fixture.owner)
            #expect(own.map(\.endpoint.address) == [Self.hook.address])
            #expect(own.map(\.endpoint.parameters.secretGeneration) == [1])
        }
    }

    @Test func `consumers and channels`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.consumers.register("grace", of: fixture.owner)
            _ = try await fixture.channels.add("sports", of: fixture.owner)
            #expect(try await fixture.consumers.find("grace", of: fixture.other) == nil)
            #expect(try await fixture.consumers.list(Self.page, of: fixture.other).items.map(\.name) == ["ada"])
            #expect(try await !fixture.consumers.remove("grace", of: fixture.other))
            #expect(try await fixture.channels.existing(["news", "sports"], of: fixture.other) == ["news"])
            #expect(try await fixture.channels.find("sports", of: fixture.other) == nil)
            #expect(try await fixture.channels.list(Self.page, of: fixture.other).items.map(\.name) == ["news"])
            #expect(try await !fixture.channels.remove("sports", of: fixture.other))
        }
    }

    @Test func `subscriptions`() async throws {
        try await withFixture { fixture in
            let (store, other) = (fixture.subscriptions, fixture.other)
            #expect(try await store.find(channel: "news", consumer: "ada", of: other) == nil)
            #expect(try await store.list(channel: "news", Self.page, of: other).items.isEmpty)
            #expect(try await store.list(consumer: "ada", Self.page, of: other).items.isEmpty)
            #expect(try await !store.remove(channel: "news", consumer: "ada", of: other))
            _ = try await fixture.consumers.register("grace", of: fixture.owner)
            guard case .unknownConsumer = try await store.listen("grace", to: "news", media: nil, of: other) else {
                Issue.record("another service's consumer listens")
                return
            }
            #expect(try await store.list(channel: "news", Self.page, of: fixture.owner).items.map(\.consumer) == ["ada"])
        }
    }

    @Test func `requests`() async throws {
        try await withFixture { fixture in
            let (store, id) = (RequestStore(database: fixture.database), RequestID.fresh())
            let add = Statement(
                "INSERT INTO requests (service, id, lane, digest, accepted_at) VALUES ($1, $2::uuid, 'bulk', '\\x01', now())")
            try await fixture.database.query(add, [.text(fixture.owner.name.text), .text(id.description)])
            #expect(try await store.earlier(id, of: fixture.owner)?.digest == [1])
            #expect(try await store.earlier(id, of: fixture.other) == nil)
            #expect(try await store.find(id, of: fixture.other) == nil)
            #expect(try await !store.exists(id, of: fixture.other))
            // To cancel it has no effect on the owner's request of the same id.
            let cancellations = CancellationStore(database: fixture.database)
            _ = try await cancellations.cancel(id, of: fixture.other)
            #expect(try await store.find(id, of: fixture.owner)?.state == "accepted")
            _ = try await cancellations.cancel(id, of: fixture.owner)
            try await cancellations.markFinished(id, of: fixture.other)
            #expect(try await store.find(id, of: fixture.owner)?.state == "cancelled")
        }
    }
}
