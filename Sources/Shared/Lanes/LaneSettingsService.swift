public import Runtime
import Synchronization

/// Keeps the settings of all lanes in a process, and reads them again when they may have changed.
///
/// They are read when a process says that it has changed them, when messages may have been missed, and every 30 s. While they cannot be
/// read, the last known ones stay.
public final class LaneSettingsService: Service {
    public typealias Settings = [LaneName: LaneSettings]

    /// Where the settings come from.
    public struct Sources: Sendable {
        let table: @Sendable () async throws -> Settings
        let peers: @Sendable () async -> Settings

        /// - Parameters:
        ///   - table: reads the table.
        ///   - peers: what other processes last read; only for a start without the table.
        public init(
            table: @escaping @Sendable () async throws -> Settings, peers: @escaping @Sendable () async -> Settings = { [:] }
        ) {
            self.table = table
            self.peers = peers
        }
    }

    static let interval = Duration.seconds(30)
    /// How long a start waits for the table. It is long, because a lane that was paused must not send only because the database is slow.
    public static let startLimit = Duration.seconds(5)

    private struct State {
        var known: Settings = [:]
        /// Who waits for the next reading.
        var waiting: [CheckedContinuation<Bool, Never>] = []
        var isEnding = false
    }

    public let name = "lane settings"
    private let sources: Sources
    private let startLimit: Duration
    private let log: Log
    private let state = Mutex(State())
    private let changed = Mutex<@Sendable (Settings) async -> Void>({ _ in })
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let tasks = Mutex<[Task<Void, Never>]>([])

    public init(_ sources: Sources, startLimit: Duration = LaneSettingsService.startLimit, log: Log) {
        self.sources = sources
        self.startLimit = startLimit
        self.log = log.scoped(to: name)
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The settings of a lane as last read.
    public subscript(_ lane: LaneName) -> LaneSettings { state.withLock { $0.known[lane] ?? LaneSettings() } }

    /// Calls the function after each reading with all settings. Call it before `start`.
    public func onReading(_ body: @escaping @Sendable (Settings) async -> Void) { changed.withLock { $0 = body } }

    /// They may have changed. Returns at once.
    public func refreshSoon() { wake.yield() }

    /// Reads them again, and returns when that has taken effect.
    ///
    /// - Returns: false if the table cannot be read now.
    public func refresh() async -> Bool {
        await withCheckedContinuation { continuation in
            let isEnding = state.withLock { state in
                if !state.isEnding { state.waiting.append(continuation) }
                return state.isEnding
            }
            if isEnding { continuation.resume(returning: false) } else { wake.yield() }
        }
    }

    /// Returns when the settings are known: from the table, else from another process, else the defaults.
    public func start() async throws {
        await load()
        let reading = Task { for await _ in wakes { await read() } }
        let clock = Task { [wake] in
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval)
                wake.yield()
            }
        }
        tasks.withLock { $0 = [clock, reading] }
    }

    public func stopTaking() async { end() }

    public func drain() async {
        end()
        for task in tasks.withLock({ $0 }) { await task.value }
    }

    private func end() {
        let waiting = state.withLock { state in
            state.isEnding = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: false) }
        wake.finish()
        tasks.withLock { $0.first }?.cancel()
    }

    private func load() async {
        let deadline = ContinuousClock.now + startLimit
        var backOff = BackOff(limit: .seconds(1))
        while true {
            do {
                let settings = try await sources.table()
                return state.withLock { $0.known = settings }
            } catch {
                log.warning("lane settings not read", ["error": "\(error)"])
                guard ContinuousClock.now < deadline else { break }
            }
            try? await Task.sleep(for: backOff.delay())
        }
        let settings = await sources.peers()
        state.withLock { $0.known = settings }
        log.warning(
            "using the lane settings of other processes, else the defaults, until the table can be read",
            ["lanes": settings.count])
    }

    private func read() async {
        // Who begins to wait during the reading needs another one.
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        var isRead = false
        do {
            let settings = try await sources.table()
            state.withLock { $0.known = settings }
            isRead = true
            await changed.withLock { $0 }(settings)
        } catch {
            log.warning("lane settings not read, the last known ones stay", ["error": "\(error)"])
        }
        for continuation in waiting { continuation.resume(returning: isRead) }
    }
}
