import Accounts
import Database
import HTTPServer
import Model
import TestSupport
import Testing

@testable import WebAPI

/// How keys are told apart, against a real database.
@Suite(.timeLimit(.minutes(1))) struct KeyRingTests {
    private func call(_ key: String) -> ServerRequest {
        ServerRequest(method: "GET", target: "/", headers: [("Authorization", "Bearer \(key)")])
    }

    private func withKey(_ body: (Database, KeyStore, String) async throws -> Void) async throws {
        try await TestDatabase.withDatabase { database, _ in
            let (store, service) = (KeyStore(database), ServiceName("shop")!)
            try await TenantStore(database).create(service)
            try await body(database, store, try await store.create(service: service, name: "test").text.reveal())
        }
    }

    @Test func keepsAKnownKeyHoweverManyUnknownOnesCome() async throws {
        try await withKey { database, store, key in
            let ring = KeyRing(store, capacity: 20)
            _ = try await ring.tenant(of: call(key))
            for number in 0..<100 { _ = try? await ring.tenant(of: call("posthorn_shop_\(number)")) }
            await database.close()
            // The key is known without the database, which nobody can ask any more.
            #expect(try await ring.tenant(of: call(key)).name.text == "shop")
        }
    }

    @Test func asksAboutAnUnknownKeyOnceAndRemembersTheAnswer() async throws {
        try await withKey { database, store, _ in
            let ring = KeyRing(store)
            let unknown = call("posthorn_shop_unknown")
            await #expect(throws: Problem.unauthenticated) { try await ring.tenant(of: unknown) }
            await database.close()
            await #expect(throws: Problem.unauthenticated) { try await ring.tenant(of: unknown) }
            guard case .nobody = ring.recognise(authorization: unknown.header("authorization")) else {
                Issue.record("the key is not remembered as unknown")
                return
            }
        }
    }

    @Test func turnsAFloodOfUnknownKeysAwayAndAsksForTheKeyOfAnotherClient() async throws {
        try await withKey { database, store, key in
            let ring = KeyRing(store, lookups: 1, callers: 4)
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
                Task.immediate { try await ring.ask(APIKey.digest(of: "posthorn_shop_\(number)"), by: 1) }
            }
            await #expect(throws: Problem.tooManyUnknownKeys) {
                try await ring.ask(APIKey.digest(of: "posthorn_shop_3"), by: 1)
            }
            let other = Task.immediate { try await ring.ask(APIKey.digest(of: key), by: 2) }
            release.yield()
            #expect(try await other.value.name.text == "shop")
            for task in flood { await #expect(throws: Problem.unauthenticated) { try await task.value } }
            try await lock.value
        }
    }
}
