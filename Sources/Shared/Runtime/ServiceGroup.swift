/// Starts services in order and waits for the signal to stop. Then it stops all of them from taking work, drains those of stage `work`
/// concurrently, and then those of stage `connections` in reverse order.
public struct ServiceGroup: Sendable {
    private let services: [any Service]
    private let drainLimit: Duration
    private let log: Log

    /// - Parameter drainLimit: the limit for all drains together. The broker redelivers what is not finished by then.
    public init(_ services: [any Service], drainLimit: Duration, log: Log) {
        self.services = services
        self.drainLimit = drainLimit
        self.log = log
    }

    /// Runs until SIGTERM or SIGINT, or until `stop` returns.
    ///
    /// - Parameters:
    ///   - stop: returns when the services are to be drained.
    ///   - started: called when every service has started.
    ///   - stopping: called before they are drained.
    /// - Throws: the error of a service that failed to start, after those that had started are drained.
    public func run(
        until stop: @escaping @Sendable () async -> Void = { await StopSignal.wait() }, started: @Sendable () -> Void = {},
        stopping: @Sendable () -> Void = {}
    ) async throws {
        var running: [any Service] = []
        do {
            for service in services {
                running.append(service)
                try await service.start()
                log.info("service started", ["service": service.name])
            }
        } catch {
            await drain(running)
            throw error
        }
        started()
        log.info("ready")
        await stop()
        stopping()
        log.info("draining")
        await drain(running)
        log.info("stopped")
    }

    /// Returns at the limit even if a drain ignores its cancellation: the process ends then, and the broker redelivers what was not
    /// acknowledged.
    private func drain(_ running: [any Service]) async {
        let (log, limit) = (log, drainLimit)
        let (outcomes, outcome) = AsyncStream.makeStream(of: Bool.self)
        let drains = Task {
            await Self.concurrently(running) { await $0.stopTaking() }
            await Self.concurrently(running.filter { $0.stage == .work }) { service in
                await service.drain()
                log.info("service drained", ["service": service.name])
            }
            for service in running.reversed() where service.stage == .connections {
                await service.drain()
                log.info("service drained", ["service": service.name])
            }
            outcome.yield(true)
        }
        let clock = Task {
            try await Task.sleep(for: limit)
            outcome.yield(false)
        }
        var first = outcomes.makeAsyncIterator()
        if await first.next() == false { log.warning("drain timed out", ["limit": limit.description]) }
        clock.cancel()
        drains.cancel()
    }

    private static func concurrently(_ services: [any Service], _ body: @escaping @Sendable (any Service) async -> Void) async {
        await withDiscardingTaskGroup { group in
            for service in services { group.addTask { await body(service) } }
        }
    }
}
