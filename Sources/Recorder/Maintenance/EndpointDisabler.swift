import Broker
import Contract
import Database
import Model
import Runtime

/// Disables endpoints that have taken nothing for a long time, and says so to their services. Also keeps what is known of failing endpoints
/// up to date.
///
/// The event is confirmed before the change is committed: if the process dies between the two, another one publishes the event again. Any
/// number of processes may do this at the same time; each claims different endpoints.
final class EndpointDisabler: Service {
    struct Settings: Sendable {
        /// For how long an endpoint must have failed.
        var limit = Duration.seconds(120 * 3600)
        /// The most endpoints that are disabled in one transaction.
        var batch = 100
        var pause = Duration.milliseconds(50)
        var interval = Duration.seconds(10)
    }

    /// What is claimed is locked for at most this long while its event is published.
    private static let publishLimit = Duration.seconds(2)

    let name = "endpoint disabler"
    private let settings: Settings
    private let database: Database
    private let known: KnownFailures.Shared
    private let publish: @Sendable ([OutgoingMessage]) async throws -> Void
    private let disabled: Counter
    private let loop: MaintenanceLoop

    /// - Parameter publish: returns when everything is confirmed.
    init(
        settings: Settings, database: Database, known: KnownFailures.Shared,
        publish: @escaping @Sendable ([OutgoingMessage]) async throws -> Void, log: Log, metrics: Metrics
    ) {
        self.settings = settings
        self.database = database
        self.known = known
        self.publish = publish
        disabled = metrics.counter(
            "posthorn_recorder_disabled_endpoints_total",
            "Endpoints that were disabled because they took nothing for a long time.")
        loop = MaintenanceLoop(
            "disable failing endpoints", interval: settings.interval, pause: settings.pause, log: log.scoped(to: name))
    }

    convenience init(
        settings: Settings, database: Database, known: KnownFailures.Shared, publisher: Publisher, log: Log, metrics: Metrics
    ) {
        self.init(
            settings: settings, database: database, known: known,
            publish: { try await publisher.publish($0, within: Self.publishLimit) }, log: log, metrics: metrics)
    }

    var stage: ServiceStage { .work }

    func start() async throws {
        loop.start { [self] in
            try await refresh()
            return try await step() == settings.batch ? .more : .nothingLeft
        }
    }

    func drain() async { await loop.drain() }

    /// Reads which endpoints are failing.
    func refresh() async throws {
        try await known.refresh {
            let rows = try await database.query(Self.list, [.integer(Int64(KnownFailures.capacity + 1))])
            return Set(try rows.compactMap { EndpointID(try $0.text(0)) })
        }
    }

    /// Disables one batch.
    ///
    /// - Returns: how many.
    @discardableResult
    func step() async throws -> Int {
        let hours = Int(settings.limit / .seconds(3600))
        let span = DatabaseValue.integer(Int64(settings.limit / .seconds(1)))
        let batch = DatabaseValue.integer(Int64(settings.batch))
        let count = try await database.transaction { [publish] connection in
            let events = try await connection.query(Self.claim, [span, batch]).map { try EndpointEvent($0, after: hours) }
            guard !events.isEmpty else { return 0 }
            try await publish(EventMessage.batches(of: events.map { .endpoint($0) }).map { $0.outgoing() })
            let endpoints = DatabaseValue.textArray(events.map(\.endpoint.description))
            try await connection.query(Self.disable, [endpoints])
            try await connection.query(Self.forget, [endpoints])
            return events.count
        }
        disabled.increment(by: count)
        return count
    }

    private static let list = Statement("list failing endpoints", "SELECT endpoint FROM failing_endpoints LIMIT $1")
    private static let claim = Statement(
        "claim failing endpoints",
        """
        SELECT f.endpoint, f.failing_since, s.name AS service, c.name AS consumer, e.medium
        FROM failing_endpoints f
            JOIN endpoints e ON e.id = f.endpoint AND e.state = 'active'
            JOIN consumers c ON c.id = e.consumer_id
            JOIN services s ON s.id = c.service_id
        WHERE f.last_failure - f.failing_since >= make_interval(secs => $1::int)
        ORDER BY f.endpoint LIMIT $2 FOR UPDATE OF f SKIP LOCKED
        """)
    private static let disable = Statement(
        "disable endpoints",
        "UPDATE endpoints SET state = 'disabled', disabled_at = now() WHERE id = ANY ($1::uuid[]) AND state = 'active'")
    private static let forget = Statement(
        "forget failing endpoints", "DELETE FROM failing_endpoints WHERE endpoint = ANY ($1::uuid[])")
}

extension EndpointEvent {
    fileprivate init(_ row: Row, after hours: Int) throws(DatabaseError) {
        guard let endpoint = EndpointID(try row.text("endpoint")), let tenant = TenantName(try row.text("service")),
            let medium = Medium(rawValue: try row.text("medium"))
        else {
            throw .unexpectedResult(problem: "an id, a service or a medium is malformed", statement: "claim failing endpoints")
        }
        self.init(
            kind: .disabled, endpoint: endpoint, tenant: tenant, consumer: try row.text("consumer"), medium: medium,
            failingSince: Timestamp(milliseconds: try row.milliseconds("failing_since")), at: .now,
            reason: "it has taken nothing for \(hours) hours; fix it, and register its address again to enable it")
    }
}
