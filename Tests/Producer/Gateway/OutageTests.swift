import Accounts
import Broker
import Database
import Foundation
import HTTPServer
import JSON
import Model
import Runtime
import Schema
import TestSupport
import Testing

@testable import Gateway

/// What the gateway answers while one of its servers is away. Each test takes its own away.
@Suite struct OutageTests {
    private let news: JSON = ["channel": ["news"], "text": ["Hi"]]

    @Test func answers503WithinTwoSecondsWhenTheBrokerIsGone() async throws {
        let fixture = try await GatewayFixture.start()
        let client = try await fixture.newTenant()
        _ = try await client.call("POST", "/v1/channels/news/consumers")
        #expect(try await client.post("/v1/requests", news).status == 202)
        // Without its virtual host nobody can connect again.
        try await fixture.broker.remove()
        // The quickest counts: another process may hold up one answer on its way through this machine, but not each of them.
        var quickest = Duration.seconds(60)
        for _ in 0..<3 {
            let start = ContinuousClock.now
            let answer = try await client.post("/v1/requests", news)
            quickest = min(quickest, ContinuousClock.now - start)
            #expect(answer.status == 503)
            #expect(answer.problem == "broker-unavailable")
            #expect(answer.header("Retry-After") != nil)
        }
        #expect(quickest < .seconds(2))
        #expect(try await client.get("/v1/channels/news").status == 200)
        try? await fixture.stop()
    }

    @Test func answers503WhileTheBrokerHasRunOutOfMemory() async throws {
        let fixture = try await GatewayFixture.start()
        let client = try await fixture.newTenant()
        _ = try await client.call("POST", "/v1/channels/news/consumers")
        try await MemoryAlarm.raised {
            // The first, because the broker informs a connection only when it publishes; the time limit may end it.
            #expect(try await client.post("/v1/requests", news).status == 503)
            let answer = try await client.post("/v1/requests", news)
            #expect(answer.status == 503)
            #expect(answer.detail.contains("takes nothing for now"))
            #expect(answer.header("Retry-After") == "5")
            #expect(try await client.get("/v1/channels/news").status == 200)
        }
        // The broker reports that it accepts messages again a moment after the alarm is cleared, and until then the answer is the same.
        while case let answer = try await client.post("/v1/requests", news), answer.status != 202 {
            #expect(answer.status == 503)
        }
        try await fixture.stop()
    }

    @Test func answers503WhereNoQueueTakesTheRequest() async throws {
        let fixture = try await GatewayFixture.start()
        let client = try await fixture.newTenant()
        _ = try await client.call("POST", "/v1/channels/news/consumers")
        let host = fixture.broker.virtualHost
        try await fixture.broker.call("DELETE", "/api/exchanges/\(host)/requests")
        let answer = try await client.post("/v1/requests", news)
        #expect(answer.status == 503)
        #expect(answer.detail.contains("not set up"))
        try await fixture.stop()
    }

    @Test func acceptsForKnownChannelsWhileTheDatabaseIsGone() async throws {
        let fixture = try await GatewayFixture.start()
        let cluster = try await SeparateDatabase.make()
        let database = Database(settings: cluster.settings, log: .discarded, metrics: Metrics())
        let server = try GatewayFixture.server(
            broker: fixture.broker.settings, database: database, publisher: fixture.publisher)
        try await server.start()
        let name = TenantName("separate")!
        try await TenantStore(database).create(name)
        let secret = try await KeyStore(database).create(tenant: name, name: "test").text.reveal()
        let client = APIClient(port: server.port, tenant: name, key: secret)
        _ = try await client.call("POST", "/v1/channels/news/consumers")
        #expect(try await client.post("/v1/requests", news).status == 202)

        try await cluster.takeAway()
        #expect(try await client.post("/v1/requests", news).status == 202)
        // What is on record under a key cannot be read; what this process has sent under it is known all the same.
        let key = ["Idempotency-Key": "k"]
        #expect(try await client.post("/v1/requests", news, headers: key).document["repeated"] == nil)
        #expect(try await client.post("/v1/requests", news, headers: key).document["repeated"] == true)
        #expect(try await client.post("/v1/requests", ["channel": ["news"], "text": ["Ho"]], headers: key).status == 409)
        for answer in [
            try await client.post("/v1/consumers", ["consumer": "ada"]), try await client.get("/v1/channels"),
            try await client.post("/v1/requests", ["channel": ["other"], "text": ["Hi"]]),
        ] {
            #expect(answer.status == 503)
            #expect(answer.problem == "database-unavailable")
            #expect(answer.header("Retry-After") == "1")
        }

        await server.drain()
        await database.close()
        try await cluster.remove()
        try await fixture.stop()
    }
}

/// A database of its own, which can be taken away from under those who use it.
struct SeparateDatabase: Sendable {
    let settings: DatabaseSettings
    private let name: String

    static func make() async throws -> SeparateDatabase {
        let url = try #require(ProcessInfo.processInfo.environment["POSTHORN_TEST_DATABASE_URL"])
        var parts = try #require(URLComponents(string: url))
        let name = "separate_\(UUID().uuidString.lowercased().replacing("-", with: ""))"
        parts.path = "/\(name)"
        let database = SeparateDatabase(
            settings: DatabaseSettings(url: Secret(try #require(parts.string)), poolSize: 2), name: name)
        try await database.psql("CREATE DATABASE \(name)")
        let opened = Database(settings: database.settings, log: .discarded, metrics: Metrics())
        _ = try await Migrations(opened).apply()
        await opened.close()
        return database
    }

    func takeAway() async throws {
        try await psql("ALTER DATABASE \(name) ALLOW_CONNECTIONS false")
        try await psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'")
    }

    func remove() async throws { try await psql("DROP DATABASE \(name) WITH (FORCE)") }

    /// Some of these may not run in a transaction, nor from a connection to the database itself.
    private func psql(_ command: String) async throws {
        let url = try #require(ProcessInfo.processInfo.environment["POSTHORN_TEST_DATABASE_URL"])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-c", command, url]
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        #expect(status == 0, "\(command)")
    }
}
