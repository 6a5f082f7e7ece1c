import Accounts
import Database
import Lookups
import Model
import TestSupport
import Testing

@testable import WebAPI

/// How keys are recognised, against a real database.
@Suite(.timeLimit(.minutes(1))) struct KeyAuthenticatorTests {
    private func withKey(_ body: (Database, KeyStore, String) async throws -> Void) async throws {
        try await TestDatabase.withDatabase { database, _ in
            let (store, tenant) = (KeyStore(database), TenantName("shop")!)
            try await TenantStore(database).create(tenant)
            try await body(database, store, try await store.create(tenant: tenant, name: "test").text.reveal())
        }
    }

    @Test func keepsAKnownKeyHoweverManyUnknownOnesCome() async throws {
        try await withKey { database, store, key in
            let ring = KeyAuthenticator(store, capacity: 20)
            _ = try await ring.tenant(of: KeyDigest(of: key), by: 0)
            for number in 0..<100 { _ = try? await ring.tenant(of: KeyDigest(of: "posthorn_shop_\(number)"), by: 0) }
            await database.close()
            // The key is known without the database, which nobody can ask any more.
            #expect(try await ring.tenant(of: KeyDigest(of: key), by: 0).name.text == "shop")
        }
    }

    @Test func letsNoRevokedKeyInForAnotherKeyOfItsTenant() async throws {
        try await withKey { _, store, key in
            let tenant = TenantName("shop")!
            let ring = KeyAuthenticator(store)
            let other = try await store.create(tenant: tenant, name: "other").text.reveal()
            _ = try await ring.tenant(of: KeyDigest(of: other), by: 0)
            let record = try #require(try await store.list(tenant: tenant).first)
            #expect(try await store.revoke(record.id, tenant: tenant))
            await #expect(throws: Problem.unauthenticated) { try await ring.tenant(of: KeyDigest(of: key), by: 0) }
            #expect(try await ring.tenant(of: KeyDigest(of: other), by: 0).name == tenant)
        }
    }

    @Test func endsARevokedKeyWhenItIsDue() async throws {
        try await withKey { _, store, key in
            let ages = LookupTable<KeyDigest, Tenant>.Ages(due: .zero, limit: .seconds(10), outage: .seconds(600))
            let ring = KeyAuthenticator(store, lookups: 4, callers: 256, capacity: 20, ages: ages)
            let (digest, tenant) = (KeyDigest(of: key), TenantName("shop")!)
            _ = try await ring.tenant(of: digest, by: 0)
            #expect(try await ring.tenant(of: digest, by: 0).name == tenant)
            let record = try #require(try await store.list(tenant: tenant).first)
            #expect(try await store.revoke(record.id, tenant: tenant))
            await #expect(throws: Problem.unauthenticated) { try await ring.tenant(of: digest, by: 0) }
            await #expect(throws: Problem.unauthenticated) { try await ring.tenant(of: digest, by: 0) }
        }
    }

    @Test func passesOnWhatItHasRecognised() async throws {
        try await withKey { _, store, key in
            let ring = KeyAuthenticator(store)
            _ = try await ring.tenant(of: KeyDigest(of: key), by: 0)
            guard case .known(let tenant, let digest) = ring.recognise(authorization: "Bearer \(key)") else {
                Issue.record("the key is not recognised")
                return
            }
            #expect(tenant.name.text == "shop" && digest == KeyDigest(of: key))
        }
    }

    @Test func asksAboutAnUnknownKeyOnceAndRemembersTheAnswer() async throws {
        try await withKey { database, store, _ in
            let ring = KeyAuthenticator(store)
            let unknown = KeyDigest(of: "posthorn_shop_unknown")
            await #expect(throws: Problem.unauthenticated) { try await ring.tenant(of: unknown, by: 0) }
            await database.close()
            await #expect(throws: Problem.unauthenticated) { try await ring.tenant(of: unknown, by: 0) }
            guard case .nobody = ring.recognise(authorization: "Bearer posthorn_shop_unknown") else {
                Issue.record("the key is not remembered as unknown")
                return
            }
        }
    }

    @Test func turnsAFloodOfUnknownKeysAwayAndAsksForTheKeyOfAnotherClient() async throws {
        try await withKey { database, store, key in
            let ring = KeyAuthenticator(store, lookups: 1, callers: 4)
            // The table cannot be read meanwhile, so each look-up stays under way.
            let (locked, held) = AsyncStream.makeStream(of: Void.self)
            let (released, release) = AsyncStream.makeStream(of: Void.self)
            let lock = Task {
                try await database.transaction { connection in
                    try await connection.run(script: "LOCK TABLE api_keys IN ACCESS EXCLUSIVE MODE")
                    held.yield()
                    for await _ in released { break }
                }
            }
            for await _ in locked { break }
            let flood = (0..<2).map { number in
                Task.immediate { try await ring.ask(KeyDigest(of: "posthorn_shop_\(number)"), by: 1) }
            }
            await #expect(throws: Problem.tooManyUnknownKeys) {
                try await ring.ask(KeyDigest(of: "posthorn_shop_3"), by: 1)
            }
            let other = Task.immediate { try await ring.ask(KeyDigest(of: key), by: 2) }
            release.yield()
            #expect(try await other.value.name.text == "shop")
            for task in flood { await #expect(throws: Problem.unauthenticated) { try await task.value } }
            try await lock.value
        }
    }
}
