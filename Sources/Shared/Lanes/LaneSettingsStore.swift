public import Database
import Model

/// The table of what operators set for lanes. It is the truth; messages on `control` only say that it has changed.
public struct LaneSettingsStore: Sendable {
    /// What a command changes; the rest stays.
    public struct Change: Sendable {
        public enum Prefetch: Sendable {
            case unchanged
            /// The setting of each process.
            case ofProcess
            case set(Int)
        }

        public enum Flow: Sendable { case unchanged, pause, resume }

        public var consumers: Int?
        public var prefetch = Prefetch.unchanged
        public var flow = Flow.unchanged

        public init() {}
    }

    private let database: Database

    public init(_ database: Database) { self.database = database }

    /// The settings of all lanes that were ever changed.
    public func all() async throws(DatabaseError) -> [LaneName: LaneSettings] {
        var settings: [LaneName: LaneSettings] = [:]
        for row in try await database.query(Self.list) {
            guard let medium = Medium(rawValue: try row.text("medium")), let lane = Lane(rawValue: try row.text("lane")) else {
                continue
            }
            settings[LaneName(medium, lane)] = try Self.settings(row)
        }
        return settings
    }

    /// Changes a lane. A repeat changes nothing more but the version, so a retry is safe.
    ///
    /// - Returns: its settings now.
    public func change(_ name: LaneName, _ change: Change) async throws(DatabaseError) -> LaneSettings {
        let (keepsPrefetch, prefetch): (Bool, Int?) =
            switch change.prefetch {
            case .unchanged: (true, nil)
            case .ofProcess: (false, nil)
            case .set(let number): (false, number)
            }
        let pauses: Bool? =
            switch change.flow {
            case .unchanged: nil
            case .pause: true
            case .resume: false
            }
        let rows = try await database.query(
            Self.change,
            [
                .text(name.medium.rawValue), .text(name.lane.rawValue), .integer(change.consumers), .bool(keepsPrefetch),
                .integer(prefetch), pauses.map { .bool($0) } ?? .null,
            ])
        guard let row = rows.first else { return LaneSettings() }
        return try Self.settings(row)
    }

    private static func settings(_ row: Row) throws(DatabaseError) -> LaneSettings {
        var settings = LaneSettings()
        settings.consumers = Int(try row.integer("consumers"))
        settings.prefetch = try row.optionalInteger("prefetch").map { Int($0) }
        if let since = try row.optionalMilliseconds("paused_at") {
            settings.flow = .paused(since: Timestamp(milliseconds: since))
        }
        settings.version = try row.integer("version")
        return settings
    }

    private static let list = Statement(
        "list lane settings", "SELECT medium, lane, consumers, prefetch, paused_at, version FROM lane_settings")

    /// A lane that is paused again keeps the time since when it is.
    private static let change = Statement(
        "change lane settings",
        """
        INSERT INTO lane_settings AS known (medium, lane, consumers, prefetch, paused_at, version)
        VALUES ($1, $2, coalesce($3::int, 1), $5::int, CASE WHEN $6::boolean THEN now() END, 1)
        ON CONFLICT (medium, lane) DO UPDATE SET
            consumers = coalesce($3::int, known.consumers),
            prefetch = CASE WHEN $4::boolean THEN known.prefetch ELSE $5::int END,
            paused_at = CASE
                WHEN $6::boolean IS NULL THEN known.paused_at
                WHEN $6::boolean THEN coalesce(known.paused_at, now()) END,
            version = known.version + 1, updated_at = now()
        RETURNING medium, lane, consumers, prefetch, paused_at, version
        """)
}
