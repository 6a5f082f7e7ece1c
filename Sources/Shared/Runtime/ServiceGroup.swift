/// Starts services in order, waits for the signal to stop, and drains them in the opposite order.
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
    /// - Throws: what a service threw at its start, after those that had started are drained.
    public func run(until stop: @escaping @Sendable () async -> Void = { await StopSignal.wait() }) async throws {
        var started: [any Service] = []
        do {
            for service in services {
                started.append(service)
                try await service.start()
                log.info("started", ["service": service.name])
            }
        } catch {
            await drain(started)
            throw error
        }
        await stop()
        log.info("draining")
        await drain(started)
        log.info("stopped")
    }

    private func drain(_ started: [any Service]) async {
        let log = log
        let finished = Task {
            for service in started.reversed() {
                await service.drain()
                log.info("drained", ["service": service.name])
            }
        }
        let limit = drainLimit
        await withTaskGroup { group in
            group.addTask {
                await finished.value
                return true
            }
            group.addTask { (try? await Task.sleep(for: limit)) == nil }
            if await group.next() == false { log.warning("gave up waiting for the drain", ["limit": limit.description]) }
            group.cancelAll()
            finished.cancel()
        }
    }
}
