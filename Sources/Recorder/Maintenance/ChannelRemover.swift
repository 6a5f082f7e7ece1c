import Database
import Runtime

/// Deletes the channels that are marked as removed, with their subscriptions: few rows in each transaction and a pause after it, so that a
/// channel of millions does not slow down others. Any number of processes may do this at the same time; each claims a different channel.
final class ChannelRemover: Service {
    struct Settings: Sendable {
        /// The most subscriptions that are deleted in one transaction.
        var batch = 1000
        /// The pause between two transactions while there is something to delete.
        var pause = Duration.milliseconds(50)
        /// How often the database is checked for something to delete.
        var interval = Duration.seconds(10)
    }

    let name = "channel remover"
    private let settings: Settings
    private let database: Database
    private let subscriptions: Counter
    private let channels: Counter
    private let loop: MaintenanceLoop

    init(settings: Settings = Settings(), database: Database, log: Log, metrics: Metrics) {
        self.settings = settings
        self.database = database
        subscriptions = metrics.counter(
            "posthorn_recorder_removed_subscriptions_total", "Subscriptions that were deleted because their channel was removed.")
        channels = metrics.counter("posthorn_recorder_removed_channels_total", "Removed channels that were deleted for good.")
        loop = MaintenanceLoop(
            "delete a removed channel", interval: settings.interval, pause: settings.pause, log: log.scoped(to: name))
    }

    var stage: ServiceStage { .work }

    func start() async throws {
        loop.start { [self] in try await step() == .nothing ? .nothingLeft : .more }
    }

    func drain() async { await loop.drain() }

    enum Step: Equatable {
        case nothing
        /// This many subscriptions were deleted, and more may be left.
        case some(Int)
        /// The last subscriptions and the channel were deleted.
        case all(Int)
    }

    /// Deletes one batch of one channel.
    @discardableResult
    func step() async throws -> Step {
        let limit = settings.batch
        let step: Step = try await database.transaction { connection in
            guard let row = try await connection.query(Self.claim).first else { return .nothing }
            let channel = DatabaseValue.integer(try row.integer("id"))
            let deleted = try await connection.query(Self.deleteSubscriptions, [channel, .integer(Int64(limit))]).affected
            guard deleted < limit else { return .some(deleted) }
            try await connection.query(Self.deleteChannel, [channel])
            return .all(deleted)
        }
        switch step {
        case .nothing: break
        case .some(let count): subscriptions.increment(by: count)
        case .all(let count):
            subscriptions.increment(by: count)
            channels.increment()
        }
        return step
    }

    private static let claim = Statement(
        "claim removed channel",
        "SELECT id FROM channels WHERE removed_at IS NOT NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED")
    // Uses the index on channel and consumer, however many subscriptions others have.
    private static let deleteSubscriptions = Statement(
        "delete subscriptions of removed channel",
        """
        DELETE FROM subscriptions WHERE id = ANY (ARRAY(
            SELECT id FROM subscriptions WHERE channel_id = $1 ORDER BY channel_id, consumer_id LIMIT $2))
        """)
    private static let deleteChannel = Statement("delete removed channel", "DELETE FROM channels WHERE id = $1")
}
