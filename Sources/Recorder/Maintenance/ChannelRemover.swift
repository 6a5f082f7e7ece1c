import Database
import Runtime
import Synchronization

/// Deletes the channels that are marked as removed, with their subscriptions: few rows in a transaction and a pause between two, so that a
/// channel of millions costs the others nothing. Any number of processes may do it at the same time; each takes another channel.
final class ChannelRemover: Service {
    struct Settings: Sendable {
        /// How many subscriptions are deleted in one transaction at most.
        var batch = 1000
        /// Between two transactions while there is something to delete.
        var pause = Duration.milliseconds(50)
        /// How often is looked whether there is something to delete.
        var interval = Duration.seconds(10)
    }

    let name = "channel remover"
    private let settings: Settings
    private let database: Database
    private let log: Log
    private let subscriptions: Counter
    private let channels: Counter
    private let running = Mutex<Task<Void, Never>?>(nil)

    init(settings: Settings = Settings(), database: Database, log: Log, metrics: Metrics) {
        self.settings = settings
        self.database = database
        self.log = log.scoped(to: name)
        subscriptions = metrics.counter(
            "posthorn_recorder_removed_subscriptions_total", "Subscriptions that were deleted because their channel was removed.")
        channels = metrics.counter("posthorn_recorder_removed_channels_total", "Removed channels that were deleted for good.")
    }

    var stage: ServiceStage { .work }

    func start() async throws {
        running.withLock { $0 = Task { await run() } }
    }

    func drain() async {
        guard let task = running.withLock({ $0.take() }) else { return }
        task.cancel()
        await task.value
    }

    private func run() async {
        while !Task.isCancelled {
            var wait = settings.interval
            do {
                if try await step() != .nothing { wait = settings.pause }
            } catch let error as DatabaseError where error.isTransient {
                log.debug("the database did not answer", ["error": error])
            } catch is CancellationError {
                return
            } catch {
                // A shutdown ends the statement in hand; another process does it again.
                if !Task.isCancelled { log.error("a removed channel could not be deleted", ["error": "\(error)"]) }
            }
            try? await Task.sleep(for: wait)
        }
    }

    enum Step: Equatable {
        case nothing
        /// So many subscriptions are gone, and more may be left.
        case some(Int)
        /// The last of them, and the channel.
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
    // By the index of a channel's consumers, however many subscriptions others have.
    private static let deleteSubscriptions = Statement(
        "delete subscriptions of removed channel",
        """
        DELETE FROM subscriptions WHERE id = ANY (ARRAY(
            SELECT id FROM subscriptions WHERE channel_id = $1 ORDER BY channel_id, consumer_id LIMIT $2))
        """)
    private static let deleteChannel = Statement("delete removed channel", "DELETE FROM channels WHERE id = $1")
}
