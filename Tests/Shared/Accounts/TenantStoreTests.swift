import Accounts
import Model
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct TenantStoreTests {
    @Test func addsATenantOnceAndListsThemByName() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let store = TenantStore(database)
            var isNew: [Bool] = []
            for name in ["shop", "blog", "shop"] { isNew.append(try await store.create(TenantName(name)!)) }
            #expect(isNew == [true, true, false])
            #expect(try await store.list().map(\.text) == ["blog", "shop"])
        }
    }
}
