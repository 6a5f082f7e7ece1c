import Broker
import Lanes
import Model
import Runtime

/// Runs the workers of a medium's lane as its settings say, and changes them while they work: what a worker has begun is always settled by
/// that worker, and what it has not begun goes back to the queue or is finished by it.
actor LaneSupervisor: Service {
    nonisolated let name: String
    nonisolated let lane: SenderLane
    nonisolated var stage: ServiceStage { .work }
    private let settings: LaneSettingsService
    private let log: Log
    private var applied = LaneSettings()
    /// What accounts without a set rate were found to need, until the process ends.
    private var reserves: [String: Int] = [:]
    private var learning: Task<Void, Never>?
    private var roster = LaneRoster()
    private var workers: [Int: LaneWorker] = [:]
    /// Those of them that leave.
    private var departures: [Int: Task<Void, Never>] = [:]
    private var last: Task<Void, any Error>?
    private var backOff = BackOff(limit: .seconds(5))
    private var isEnding = false

    init(_ lane: SenderLane, settings: LaneSettingsService) {
        self.lane = lane
        self.settings = settings
        name = lane.name.description
        log = lane.log.scoped(to: name)
    }

    /// - Throws: `BrokerError` if its queues cannot be consumed.
    func start() async throws {
        let settings = settings[lane.name]
        if settings.isPaused { log.info("lane is paused") }
        learning = Task { [lane] in for await need in lane.reserveNeeds { await learn(need) } }
        try await apply(settings)
    }

    /// Returns when the workers are those of the settings. Departing ones may still settle what they began.
    ///
    /// - Throws: `BrokerError` if a worker did not start. It is tried again.
    func apply(_ settings: LaneSettings) async throws {
        guard !isEnding else { return }
        if applied != settings {
            log.info(
                "lane settings applied",
                [
                    "version": settings.version, "consumers": settings.consumers, "prefetch": lane.sizes.prefetch(settings),
                    "paused": settings.isPaused,
                ])
        }
        applied = settings
        roster.want(settings.isPaused ? 0 : settings.consumers, share(settings))
        lane.metrics.isPaused.set(settings.isPaused ? 1 : 0)
        lane.resizeGates(lane.sizes.windows(settings), reserves)
        lane.letGo(settings.isPaused)
        try await converge()
    }

    private func share(_ settings: LaneSettings) -> LaneSizes.Share {
        var sizes = lane.sizes
        sizes.reserve = min(sizes.reserve + reserves.values.reduce(0, +), LaneSizes.largest)
        return sizes.share(settings)
    }

    /// Makes room for those that wait for an account whose rate is not set: other workers take over.
    private func learn(_ need: ReserveNeed) async {
        guard !isEnding, need.count > reserves[need.account, default: 0] else { return }
        reserves[need.account] = need.count
        log.info(
            "a provider limits its rate, more notifications may wait for it", ["provider": need.account, "count": need.count])
        // A worker that does not start is logged, and tried again.
        try? await apply(applied)
    }

    func stopTaking() async {
        isEnding = true
        learning?.cancel()
        roster.want(0, share(applied))
        lane.letGo(true)
        try? await converge()
    }

    func drain() async {
        await stopTaking()
        for departure in departures.values { await departure.value }
    }

    /// What it does now.
    func report() -> LaneReport {
        LaneReport(
            lane.name, settings: applied, prefetch: lane.sizes.prefetch(applied), consumers: roster.running,
            leaving: roster.leaving,
            inFlight: lane.metrics.inFlight.value, unacknowledged: lane.counts.values.map(\.unacknowledged).reduce(0, +),
            acknowledged: lane.counts.values.map(\.acknowledged).reduce(0, +),
            settled: lane.settlerMetrics.settled.value, oldest: lane.counts.mapValues(\.oldest))
    }

    /// One call after the other, so that a later one returns after the earlier ones have taken effect.
    private func converge() async throws {
        let before = last
        let task = Task {
            _ = await before?.result
            try await carryOut()
        }
        last = task
        try await task.value
    }

    private func carryOut() async throws {
        defer { lane.metrics.consumers.set(roster.running) }
        while true {
            var actions: [LaneRoster.Action] = []
            while let action = roster.next() { actions.append(action) }
            guard !actions.isEmpty else { return }
            // Each takes some answers of the broker.
            try await withThrowingDiscardingTaskGroup { group in
                for action in actions { group.addTask { try await self.carryOut(action) } }
            }
        }
    }

    private func carryOut(_ action: LaneRoster.Action) async throws {
        switch action {
        case .start(let id, let share): try await start(id, share)
        case .retire(let id): leave(id) { await $0.retire() }
        case .stop(let id):
            await workers[id]?.stopTaking()
            leave(id) { await $0.drain() }
        }
    }

    private func start(_ id: Int, _ share: LaneSizes.Share) async throws {
        let worker = LaneWorker(lane, share)
        do {
            try await worker.start()
            workers[id] = worker
            roster.started(id)
            backOff.reset()
        } catch {
            roster.failed(id)
            retryLater(error)
            throw error
        }
    }

    private func retryLater(_ error: any Error) {
        log.error("a consumer of the lane did not start, trying again", ["error": "\(error)"])
        let wait = backOff.delay()
        Task {
            try? await Task.sleep(for: wait)
            roster.retry()
            try? await converge()
        }
    }

    private func leave(_ id: Int, _ body: @escaping @Sendable (LaneWorker) async -> Void) {
        guard let worker = workers[id] else { return }
        departures[id] = Task {
            await body(worker)
            workers[id] = nil
            departures[id] = nil
            roster.left(id)
            // Others may have waited for it to leave.
            if !isEnding { try? await converge() }
        }
    }
}
