import Broker
import Database
import Foundation
import HTTPServer
import Health
public import Runtime
import Topology

/// Runs roles until the process is stopped. Starts the health endpoints first, then the checks of topology and schema, then the roles.
public enum RoleRunner {
    /// Which settings are reported because nothing has read them.
    public enum Unread: Sendable {
        case ignored
        /// If all roles run, a setting that none of them read is probably misspelt.
        ///
        /// - except: the settings of the tools.
        case reported(except: Set<String>)
    }

    /// - Parameter version: of the program: `1.2.3`.
    /// - Throws: `SettingsError` with all errors of the settings, or the error of a service that did not start.
    public static func run(_ roles: [any Role], version: String, unread: Unread = .ignored) async throws {
        var settings = try SettingsReader(environment: ProcessInfo.processInfo.environment)
        let log = Log(
            level: settings.choice("POSTHORN_LOG_LEVEL", default: .info),
            format: settings.choice("POSTHORN_LOG_FORMAT", default: .logfmt))
        let descriptors = DescriptorLimit.raise()
        if descriptors < 4096 {
            log.warning("the limit of open files is low; raise the hard limit", ["limit": descriptors])
        }
        let context = RoleContext(log: log, version: version)
        let drainLimit = settings.duration("POSTHORN_DRAIN_TIMEOUT", default: .seconds(30), in: .seconds(1)...(.seconds(3600)))
        let admin = adminAddress(&settings)
        let topology = TopologyCheck(settings: BrokerSettings(reading: &settings), context: context)
        let schema = SchemaCheck(settings: DatabaseSettings(reading: &settings), context: context)
        let services = try roles.flatMap { try $0.services(settings: &settings, context: context) }
        try settings.finish()
        if case .reported(let tools) = unread { warn(about: settings.unread.filter { !tools.contains($0) }, log) }
        let started = context.readiness.condition("started")
        let health = HealthService(address: admin, metrics: context.metrics, readiness: context.readiness, log: log)
        let staying = context.readiness.condition("no drain")
        staying.set(true)
        try await ServiceGroup([health, topology, schema] + services, drainLimit: drainLimit, log: log).run(
            started: { started.set(true) }, stopping: { staying.set(false) })
    }

    private static func adminAddress(_ settings: inout SettingsReader) -> ListenAddress {
        let text = settings.string("POSTHORN_ADMIN_LISTEN", default: "127.0.0.1:9090")
        guard let address = ListenAddress(text) else {
            settings.wrong("POSTHORN_ADMIN_LISTEN", "must be an address and a port such as 127.0.0.1:9090")
            return ListenAddress(host: "127.0.0.1", port: 9090)
        }
        return address
    }

    private static func warn(about names: [String], _ log: Log) {
        for name in names where !name.hasPrefix("POSTHORN_TEST_") { log.warning("unknown setting", ["name": name]) }
    }
}
