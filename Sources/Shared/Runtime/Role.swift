/// A role of a process: gateway, router, sender or recorder. Its conformer builds everything of the role. A role keeps no state outside of
/// the broker and the database, so any number of processes of a role may run.
public protocol Role {
    /// The name on the command line and in logs.
    var name: String { get }

    /// Builds the role's services, in the order in which they start. Connects nothing.
    ///
    /// The role reads its settings, with those of the broker and the database: `BrokerSettings(reading: &settings)`. It does not throw for an
    /// invalid one: `settings` collects all errors, and the caller calls its `finish` before it starts a service.
    func services(settings: inout SettingsReader, context: RoleContext) throws -> [any Service]
}

/// Shared by the roles of one process.
public struct RoleContext: Sendable {
    public let log: Log
    public let metrics: Metrics
    public let readiness: Readiness
    /// The program's version, which the process reports to the servers that it calls: `1.2.3`.
    public let version: String

    public init(log: Log, metrics: Metrics = Metrics(), readiness: Readiness = Readiness(), version: String = "0") {
        self.log = log
        self.version = version
        self.metrics = metrics
        self.readiness = readiness
    }

    /// The same for one role, whose log says its name.
    public func scoped(to role: String) -> RoleContext {
        RoleContext(log: log.scoped(to: role), metrics: metrics, readiness: readiness, version: version)
    }
}
