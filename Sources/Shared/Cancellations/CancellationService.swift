public import Control
import Database
import Model
public import Runtime
import Synchronization

/// Keeps a process's cancelled requests complete: reads all of them when the process starts, and those that were added every half minute and
/// whenever a notice may have been missed.
///
/// It starts before the lanes. If the database does not answer then, the lanes that can wait do so (`CancelledRequests.complete`).
public final class CancellationService: Service {
    struct Settings: Sendable {
        /// How often the table is read again.
        var interval = Duration.seconds(30)
        /// How long a start waits for the database.
        var patience = Duration.seconds(5)
        /// The delays between two tries while the database does not answer.
        var backOff: @Sendable () -> BackOff = { BackOff(limit: .seconds(2)) }
        /// How often old cancellations are forgotten.
        var sweep = Duration.seconds(3600)
    }

    public let name = "cancellations"
    private let settings: Settings
    private let cancelled: CancelledRequests
    private let table: CancellationTable
    private let log: Log
    private let known: Gauge
    private let forgotten: Counter
    private let started = Latch()
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let running = Mutex<[Task<Void, Never>]>([])

    /// - Parameters:
    ///   - cancelled: what the other parts of the process check.
    ///   - control: over which gateways send cancellations. It starts first, so that none is missed between the table and the notices.
    public convenience init(
        _ cancelled: CancelledRequests, table: CancellationTable, control: ControlService, log: Log, metrics: Metrics
    ) {
        self.init(
            cancelled, table: table, role: control.participant.role.rawValue, settings: Settings(), log: log, metrics: metrics)
        control.answer(CancellationQuestion.self) { [weak self] question in
            self?.take(question.cancellation)
            return self.map { _ in CancellationAnswer() }
        }
        control.interrupted { [weak self] in self?.readAgain() }
    }

    init(
        _ cancelled: CancelledRequests, table: CancellationTable, role: String, settings: Settings, log: Log, metrics: Metrics
    ) {
        self.cancelled = cancelled
        self.table = table
        self.settings = settings
        self.log = log.scoped(to: name)
        known = metrics.gauge(
            "posthorn_cancelled_requests", "Cancelled requests of which nothing more is sent", labels: [("role", role)])
        forgotten = metrics.counter(
            "posthorn_cancelled_requests_forgotten_total", "Cancelled requests that were forgotten because there were too many",
            labels: [("role", role)])
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Returns when everything on record has been read, or the database has not answered for a while.
    public func start() async throws {
        let reading = Task { await run() }
        let ticking = Task { await tick() }
        let giving = Task { [settings, started] in
            try? await Task.sleep(for: settings.patience)
            started.open()
        }
        running.withLock { $0 = [reading, ticking, giving] }
        await started.wait()
        giving.cancel()
        guard !cancelled.isComplete else { return }
        log.error("cancelled requests cannot be read: the normal and the bulk lane wait for the database")
    }

    public func stopTaking() async { cancelled.stopWaiting() }

    public func drain() async {
        wake.finish()
        cancelled.stopWaiting()
        let tasks = running.withLock { $0 }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    /// Takes the cancellation that a gateway has sent. From then on nothing more of the request is begun here.
    func take(_ cancellation: Cancellation) { add([cancellation]) }

    /// Reads the table soon, because a cancellation may have been missed.
    func readAgain() { wake.yield() }

    private func run() async {
        var since = Timestamp.now - CancellationTable.lifetime
        var sweepAt = ContinuousClock.now + settings.sweep
        wake.yield()
        for await _ in wakes {
            guard let last = await read(since: since) else { return }
            since = max(since, last - CancellationTable.overlap)
            cancelled.markComplete()
            started.open()
            if ContinuousClock.now >= sweepAt {
                cancelled.forget(before: .now - CancellationTable.lifetime)
                sweepAt = .now + settings.sweep
            }
            known.set(cancelled.known)
        }
    }

    private func tick() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: settings.interval)
            wake.yield()
        }
    }

    /// Reads until it succeeds.
    ///
    /// - Returns: the time of the last cancellation, or the argument; nil where the service ends.
    private func read(since time: Timestamp) async -> Timestamp? {
        var backOff = settings.backOff()
        while !Task.isCancelled {
            do { return try await table.read(since: time) { add($0) } ?? time } catch {
                guard !Task.isCancelled else { return nil }
                log.debug("cancelled requests cannot be read, trying again", ["error": error])
                try? await Task.sleep(for: backOff.delay())
            }
        }
        return nil
    }

    private func add(_ cancellations: [Cancellation]) {
        let lost = cancelled.add(cancellations)
        known.set(cancelled.known)
        guard lost > 0 else { return }
        forgotten.increment(by: lost)
        log.error("cancelled requests forgotten: there are too many", ["forgotten": lost, "limit": CancelledRequests.capacity])
    }
}
