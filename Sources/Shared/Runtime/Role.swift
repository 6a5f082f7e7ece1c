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

    public init(log: Log, metrics: Metrics = Metrics(), readiness: Readiness = Readiness()) {
        self.log = log
        self.metrics = metrics
        self.readiness = readiness
    }
}
