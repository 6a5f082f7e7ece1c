import Accounts
import Database
import Model
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct KeyStoreTests {
    private let owner = TenantName("owner")!
    private let other = TenantName("other")!

    /// Two tenants, each without a key.
    private func withKeys(_ body: (KeyStore) async throws -> Void) async throws {
        try await TestDatabase.withDatabase { database, _ in
            for tenant in [owner, other] { try await TenantStore(database).create(tenant) }
            try await body(KeyStore(database))
        }
    }

    @Test func storesOnlyADigestAndAScannablePrefix() async throws {
        try await withKeys { keys in
            _ = try await keys.create(tenant: owner, name: "first")
            let key = try await keys.create(tenant: owner, name: "second")
            #expect(key.text.description == "***")
            #expect(key.text.reveal().hasPrefix("posthorn_\(owner)_"))
            let records = try await keys.list(tenant: owner)
            #expect(records.map(\.name) == ["first", "second"])
            #expect(records[1].prefix == key.prefix && key.text.reveal().hasPrefix(key.prefix))
        }
    }

    @Test func makesNoKeyForAnUnknownTenant() async throws {
        try await withKeys { keys in
            let error = await #expect(throws: AccountsError.self) {
                try await keys.create(tenant: TenantName("nobody")!, name: "x")
            }
            #expect(error?.description.contains("posthorn service create nobody") == true)
        }
    }

    @Test func findsTheTenantOfAKeyUntilTheKeyIsRevoked() async throws {
        try await withKeys { keys in
            let digest = KeyDigest(of: try await keys.create(tenant: owner, name: "first").text.reveal())
            #expect(try await keys.tenant(digest: digest)?.name == owner)
            let record = try #require(try await keys.list(tenant: owner).first)
            #expect(try await keys.revoke(record.id, tenant: owner))
            #expect(try await keys.tenant(digest: digest) == nil)
        }
    }

    @Test func reachesNoKeyOfAnotherTenant() async throws {
        try await withKeys { keys in
            _ = try await keys.create(tenant: owner, name: "first")
            #expect(try await keys.list(tenant: other).isEmpty)
            let record = try #require(try await keys.list(tenant: owner).first)
            #expect(try await !keys.revoke(record.id, tenant: other))
            #expect(try await keys.revoke(record.id, tenant: owner))
        }
    }
}
