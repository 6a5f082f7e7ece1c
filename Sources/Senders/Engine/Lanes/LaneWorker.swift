import Model

/// One consumer of a lane: it takes messages from both of its queues, each with a window of its own.
struct LaneWorker: Sendable {
    private let services: [LaneService]

    init(_ lane: SenderLane, _ share: LaneSizes.Share) {
        let windows = lane.sizes.windows(share.prefetch)
        services = Traffic.shared.map { LaneService(lane, $0, window: windows[$0]! + share.reserve) }
    }

    /// - Throws: `BrokerError` if a queue cannot be consumed; then none is.
    func start() async throws {
        do {
            try await withThrowingDiscardingTaskGroup { group in
                for service in services { group.addTask { try await service.start() } }
            }
        } catch {
            await drain()
            throw error
        }
    }

    /// Takes nothing more, begins nothing more, and requeues what it has not begun.
    func stopTaking() async { await concurrently { await $0.stopTaking() } }

    /// The same, and settles what it has begun.
    func drain() async {
        await stopTaking()
        await concurrently { await $0.drain() }
    }

    /// Takes nothing more, and finishes everything that it has received.
    func retire() async { await concurrently { await $0.retire() } }

    private func concurrently(_ body: @escaping @Sendable (LaneService) async -> Void) async {
        await withDiscardingTaskGroup { group in
            for service in services { group.addTask { await body(service) } }
        }
    }
}
