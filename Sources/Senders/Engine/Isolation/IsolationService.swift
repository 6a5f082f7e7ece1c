import Broker
import Model
import Runtime
import Synchronization
import Topology

/// Sends isolated notifications, one message at a time in the whole process: the queues of the lanes take turns, so that only what ends the
/// process is returned by it.
///
/// The queues are empty almost always. So their depths are read from time to time, and a queue is consumed only while it has messages.
final class IsolationService: Service {
    /// How long a queue keeps its turn while others wait.
    private static let turn = Duration.seconds(5)

    let name = "isolated"
    private let lanes: [SenderLane]
    private let isPaused: @Sendable (SenderLane) -> Bool
    private let inspector: BrokerInspector
    private let interval: Duration
    private let log: Log
    private let running = Mutex<Task<Void, Never>?>(nil)
    private let current = Mutex<LaneService?>(nil)
    private let isStopping = Atomic(false)

    /// - Parameters:
    ///   - lanes: in the order in which they take turns.
    ///   - isPaused: whether an operator has paused the lane.
    ///   - interval: how often the depths are read.
    init(
        lanes: [SenderLane], isPaused: @escaping @Sendable (SenderLane) -> Bool, inspector: BrokerInspector,
        interval: Duration = .seconds(5), log: Log
    ) {
        self.lanes = lanes
        self.isPaused = isPaused
        self.inspector = inspector
        self.interval = interval
        self.log = log.scoped(to: name)
    }

    var stage: ServiceStage { .work }

    func start() async throws { running.withLock { $0 = Task { await run() } } }

    func stopTaking() async {
        isStopping.store(true, ordering: .relaxed)
        running.withLock { $0?.cancel() }
        await current.withLock { $0 }?.stopTaking()
    }

    func drain() async {
        await stopTaking()
        await running.withLock { $0 }?.value
        await inspector.close()
    }

    private var isRunning: Bool { !isStopping.load(ordering: .relaxed) }

    private func run() async {
        while isRunning {
            var isIdle = true
            for lane in lanes where isRunning && !isPaused(lane) {
                guard await hasMessages(lane) else { continue }
                isIdle = false
                await serve(lane)
            }
            if isIdle { try? await Task.sleep(for: interval) }
        }
    }

    /// Consumes the queue until it is empty or its turn is over, and until what was begun is settled.
    private func serve(_ lane: SenderLane) async {
        let service = LaneService(lane, .isolated, window: 1)
        do { try await service.start() } catch {
            log.warning("an isolated queue cannot be consumed", ["queue": service.name, "error": "\(error)"])
            try? await Task.sleep(for: interval)
            return
        }
        current.withLock { $0 = service }
        let end = ContinuousClock.now + Self.turn
        var isMine = true
        while isRunning, isMine {
            try? await Task.sleep(for: .milliseconds(200))
            isMine = await hasMessages(lane) && ContinuousClock.now < end && !isPaused(lane)
        }
        await service.drain()
        current.withLock { $0 = nil }
    }

    private func hasMessages(_ lane: SenderLane) async -> Bool {
        do {
            return try await inspector.depth(of: QueueName.send(lane.medium, lane.lane, .isolated).name).messages > 0
        } catch {
            log.debug("the depth of an isolated queue cannot be read", ["error": error.description])
            return false
        }
    }
}
