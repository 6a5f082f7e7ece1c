import Accounts
import Broker
import Contract
import Database
import Foundation
import HTTPServer
import JSON
import Model
import Runtime
import TestSupport
import Testing
import Topology

@testable import Gateway

/// A whole gateway on a virtual host and a schema of its own. The tests of a suite share it; each makes its own services.
final class GatewayFixture: Sendable {
    let broker: TestBroker
    let database: Database
    let publisher: Publisher
    let server: HTTPServer
    let metrics = Metrics()
    private let schema: TestDatabase

    /// - Parameter allowing: a `POSTHORN_WEBHOOK_ALLOW`.
    static func start() async throws -> GatewayFixture {
        let broker = try await TestBroker.vhost()
        let definitions = String(decoding: TopologyDefinition(.posthorn).document.encoded(), as: UTF8.self)
        try await broker.call("POST", "/api/definitions/\(broker.virtualHost)", definitions)
        let schema = try await TestDatabase.schema()
        let database = schema.open()
        let fixture = try GatewayFixture(broker: broker, schema: schema, database: database)
        try await fixture.publisher.start()
        try await fixture.server.start()
        return fixture
    }

    private init(broker: TestBroker, schema: TestDatabase, database: Database) throws {
        self.broker = broker
        self.schema = schema
        self.database = database
        publisher = Publisher(settings: broker.settings, name: "gateway test", log: .discarded, metrics: Metrics())
        server = try Self.server(broker: broker.settings, database: database, publisher: publisher, metrics: metrics)
    }

    static func server(
        broker: BrokerSettings, database: Database, publisher: Publisher, metrics: Metrics = Metrics()
    ) throws -> HTTPServer {
        var reader = try SettingsReader(environment: [
            "POSTHORN_GATEWAY_LISTEN": "127.0.0.1:0", "POSTHORN_SECRET_KEY": Data(repeating: 7, count: 32).base64EncodedString(),
        ])
        let settings = GatewaySettings(reading: &reader)
        try reader.finish()
        return try GatewayRole.server(
            settings, broker, database, { _ in publisher }, notifyOfCancellation: { _ in .everybody }, log: .discarded,
            metrics: metrics)
    }

    func stop() async throws {
        await server.drain()
        await publisher.close()
        await database.close()
        try await schema.remove()
        try await broker.remove()
    }

    /// A client of a service that nothing else uses.
    func newTenant() async throws -> APIClient {
        let name = TenantName("s\(UUID().uuidString.lowercased().prefix(18))")!
        try await TenantStore(database).create(name)
        let key = try await KeyStore(database).create(tenant: name, name: "test")
        return APIClient(port: server.port, tenant: name, key: key.text.reveal())
    }

    /// The requests of that service that come next on a lane.
    func requests(of tenant: TenantName, lane: Lane, count: Int) async throws -> [Submission] {
        let subscriber = Subscriber(settings: broker.settings, name: "gateway test", log: .discarded, metrics: Metrics())
        try await subscriber.start()
        let all = try await subscriber.deliveries(from: QueueName.requests(lane).map(\.name), prefetch: 1000)
        var submissions: [Submission] = []
        deliveries: for await batch in all {
            for delivery in batch {
                submissions += try RequestMessage(delivery).submissions.filter { $0.tenant == tenant }
                if submissions.count >= count { break deliveries }
            }
        }
        await subscriber.close()
        return submissions
    }
}

/// Starts a gateway for a suite.
struct RunningGateway: SuiteTrait, TestScoping {
    @TaskLocal static var current: GatewayFixture?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let fixture = try await GatewayFixture.start()
        let result: Result<Void, any Error>
        do { result = .success(try await Self.$current.withValue(fixture) { try await function() }) } catch {
            result = .failure(error)
        }
        try await fixture.stop()
        try result.get()
    }
}

extension Trait where Self == RunningGateway {
    static var runningGateway: Self { RunningGateway() }
}

/// The gateway of the suite that runs.
func gateway() throws -> GatewayFixture { try #require(RunningGateway.current) }
