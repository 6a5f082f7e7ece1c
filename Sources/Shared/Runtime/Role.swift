/// What a process can be: the gateway, the router, the sender, the recorder. Everything of a role is built in its one conformer,
/// and a role keeps no state of its own, so any number of each may run.
public protocol Role {
    /// As it is called on the command line and in logs.
    var name: String { get }

    /// Builds the role's services, in the order in which they start. Nothing is connected before they are started.
    ///
    /// The role reads its own settings, those of the broker and the database with it: `BrokerSettings(reading: &settings)`. It does not
    /// throw because of a wrong one: `settings` remembers all of them, and the caller finishes it before it starts anything.
    func services(settings: inout SettingsReader, context: RoleContext) throws -> [any Service]
}

/// What the roles of one process share.
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
