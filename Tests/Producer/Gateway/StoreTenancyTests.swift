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
    private struct Stand {
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

    private func withStand(_ body: (Stand) async throws -> Void) async throws {
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
                Stand(database: database, owner: owner, other: other, endpoint: try #require(added).record.endpoint.id))
        }
    }

    @Test func `endpoints`() async throws {
        try await withStand { stand in
            let (store, other, id) = (stand.endpoints, stand.other, stand.endpoint)
            #expect(try await store.list(of: "ada", of: other).isEmpty)
            #expect(try await store.find(id, of: "ada", of: other) == nil)
            #expect(try await store.change(id, of: "ada", of: other, address: "https://eve.example.org/") == nil)
            #expect(try await store.rotateSecret(id, of: "ada", of: other) == nil)
            #expect(try await !store.remove(id, of: "ada", of: other))
            _ = try await store.add(.init(medium: .webhook, address: "https://other.example.org/"), to: "ada", of: other)
            let own = try await store.list(of: "ada", of: stand.owner)
            #expect(own.map(\.endpoint.address) == [Self.hook.address])
            #expect(own.map(\.endpoint.parameters.secretGeneration) == [1])
        }
    }

    @Test func `consumers and channels`() async throws {
        try await withStand { stand in
            _ = try await stand.consumers.register("grace", of: stand.owner)
            _ = try await stand.channels.add("sports", of: stand.owner)
            #expect(try await stand.consumers.find("grace", of: stand.other) == nil)
            #expect(try await stand.consumers.list(Self.page, of: stand.other).items.map(\.name) == ["ada"])
            #expect(try await !stand.consumers.remove("grace", of: stand.other))
            #expect(try await stand.channels.existing(["news", "sports"], of: stand.other) == ["news"])
            #expect(try await stand.channels.find("sports", of: stand.other) == nil)
            #expect(try await stand.channels.list(Self.page, of: stand.other).items.map(\.name) == ["news"])
            #expect(try await !stand.channels.remove("sports", of: stand.other))
        }
    }

    @Test func `subscriptions`() async throws {
        try await withStand { stand in
            let (store, other) = (stand.subscriptions, stand.other)
            #expect(try await store.find(channel: "news", consumer: "ada", of: other) == nil)
            #expect(try await store.list(channel: "news", Self.page, of: other).items.isEmpty)
            #expect(try await store.list(consumer: "ada", Self.page, of: other).items.isEmpty)
            #expect(try await !store.remove(channel: "news", consumer: "ada", of: other))
            _ = try await stand.consumers.register("grace", of: stand.owner)
            guard case .unknownConsumer = try await store.listen("grace", to: "news", media: nil, of: other) else {
                Issue.record("another service's consumer listens")
                return
            }
            #expect(try await store.list(channel: "news", Self.page, of: stand.owner).items.map(\.consumer) == ["ada"])
        }
    }

    @Test func `requests`() async throws {
        try await withStand { stand in
            let (store, id) = (RequestStore(database: stand.database), RequestID.fresh())
            let add = Statement(
                "INSERT INTO requests (service, id, lane, digest, accepted_at) VALUES ($1, $2::uuid, 'bulk', '\\x01', now())")
            try await stand.database.query(add, [.text(stand.owner.name.text), .text(id.description)])
            #expect(try await store.earlier(id, of: stand.owner)?.digest == [1])
            #expect(try await store.earlier(id, of: stand.other) == nil)
            #expect(try await store.find(id, of: stand.other) == nil)
            #expect(try await !store.exists(id, of: stand.other))
        }
    }
}
