/// Starts services in order, waits for the signal to stop, lets all of them stop taking, drains those that work side by side, and then those
/// on whose ground they stood, in the opposite order.
public struct ServiceGroup: Sendable {
    private let services: [any Service]
    private let drainLimit: Duration
    private let log: Log

    /// - Parameter drainLimit: how long all drains together may take. What is not finished by then is left to be delivered again.
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
    /// - Throws: what a service threw at its start, after those that had started are drained.
    public func run(
        until stop: @escaping @Sendable () async -> Void = { await StopSignal.wait() }, started: @Sendable () -> Void = {},
        stopping: @Sendable () -> Void = {}
    ) async throws {
        var running: [any Service] = []
        do {
            for service in services {
                running.append(service)
                try await service.start()
                log.info("started", ["service": service.name])
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

    /// Returns at the limit even where a drain does not heed its cancellation: the process ends then, and what it had not
    /// acknowledged is delivered again.
    private func drain(_ running: [any Service]) async {
        let (log, limit) = (log, drainLimit)
        let (outcomes, outcome) = AsyncStream.makeStream(of: Bool.self)
        let drains = Task {
            await Self.sideBySide(running) { await $0.stopTaking() }
            await Self.sideBySide(running.filter { $0.stage == .work }) { service in
                await service.drain()
                log.info("drained", ["service": service.name])
            }
            for service in running.reversed() where service.stage == .ground {
                await service.drain()
                log.info("drained", ["service": service.name])
            }
            outcome.yield(true)
        }
        let clock = Task {
            try await Task.sleep(for: limit)
            outcome.yield(false)
        }
        var first = outcomes.makeAsyncIterator()
        if await first.next() == false { log.warning("gave up waiting for the drain", ["limit": limit.description]) }
        clock.cancel()
        drains.cancel()
    }

    private static func sideBySide(_ services: [any Service], _ body: @escaping @Sendable (any Service) async -> Void) async {
        await withDiscardingTaskGroup { group in
            for service in services { group.addTask { await body(service) } }
        }
    }
}
