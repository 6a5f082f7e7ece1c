import Broker
import Database
import Foundation
import Management
import Model
import ProviderDouble
import Recorder
import Router
import Runtime
import SenderProcess
import Senders
import Synchronization
import TestSupport
import Topology

/// Router, senders and recorder on a virtual host and a schema of their own, with a provider that the test scripts.
struct Installation: Sendable {
    let broker: BrokerSettings
    let database: Database
    let metrics: Metrics

    static let tenant = TenantName("acme")!

    /// Runs the roles for the body and drains them after it.
    ///
    /// - Parameters:
    ///   - others: providers of other media.
    ///   - before: what is to be done on the virtual host before the roles are there.
    static func running(
        provider: any Provider, others: [any Provider] = [], chunk: Int = 2000, laneFloor: Int = 200,
        before: @Sendable (TestBroker) async throws -> Void = { _ in },
        _ body: @escaping @Sendable (Installation) async throws -> Void
    ) async throws {
        try await TestBroker.withVhost { vhost in
            try await TestDatabase.withDatabase { database, settings in
                try await applyTopology(to: vhost)
                try await before(vhost)
                let log = Log(level: .warning, format: .logfmt)
                let context = RoleContext(log: log)
                var reader = try SettingsReader(
                    environment: environment(vhost.settings, settings, chunk: chunk, laneFloor: laneFloor))
                let router = try RouterRole().services(settings: &reader, context: context)
                let recorder = try RecorderRole().services(settings: &reader, context: context)
                let sender = try SenderRole(media: ([provider] + others).map { DoubleMedium($0) }).services(
                    settings: &reader, context: context)
                try reader.finish()
                let installation = Installation(
                    broker: vhost.settings, database: database, metrics: context.metrics)
                let outcome = Mutex<Result<Void, any Error>>(.success(()))
                try await ServiceGroup(recorder + sender + router, drainLimit: .seconds(20), log: log).run {
                    do { try await body(installation) } catch { outcome.withLock { $0 = .failure(error) } }
                }
                try outcome.withLock { $0 }.get()
            }
        }
    }

    /// - Parameter prefetch: of each lane; nil for the default.
    static func environment(
        _ broker: BrokerSettings, _ database: DatabaseSettings, chunk: Int = 2000, laneFloor: Int = 200, prefetch: Int? = nil
    ) -> [String: String] {
        var environment = [
            "POSTHORN_BROKER_URL": url(of: broker), "POSTHORN_DATABASE_URL": url(of: database),
            "POSTHORN_DATABASE_POOL_SIZE": "4", "POSTHORN_ROUTER_CHUNK_SIZE": "\(chunk)",
            "POSTHORN_RECORDER_FLUSH_INTERVAL": "20ms",
            "POSTHORN_ROUTER_BURST_QUEUE_MIN": "\(laneFloor)",
        ]
        for lane in Lane.allCases {
            environment["POSTHORN_SENDER_PREFETCH_\(lane.rawValue.uppercased())"] = prefetch.map { "\($0)" }
        }
        return environment
    }

    static func applyTopology(to vhost: TestBroker, media: Media = .posthorn) async throws {
        let parts = URLComponents(string: ProcessInfo.processInfo.environment["POSTHORN_TEST_MANAGEMENT_URL"]!)!
        let api = ManagementAPI(
            settings: ManagementSettings(
                url: "\(parts.scheme!)://\(parts.host!):\(parts.port!)", user: parts.user!, password: Secret(parts.password!),
                virtualHost: vhost.virtualHost))
        try await api.apply(TopologyDefinition(media))
        await api.close()
    }

    static func url(of settings: BrokerSettings) -> String {
        "amqp://\(settings.user):\(settings.password.reveal())@\(settings.host):\(settings.port)/\(settings.virtualHost)"
    }

    static func url(of settings: DatabaseSettings) -> String {
        settings.url.reveal() + "?options=-c%20search_path%3D\(settings.searchPath!)"
    }
}
