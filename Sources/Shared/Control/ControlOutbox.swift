import Broker
import Synchronization

/// The messages that wait to be published on `control`. To add one never waits: beyond the capacity the oldest is dropped.
final class ControlOutbox: Sendable {
    static let capacity = 1000

    private struct State {
        var waiting: [OutgoingMessage] = []
        var isFinished = false
    }

    private let state = Mutex(State())
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    init() { (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    /// - Returns: how many messages were dropped.
    func add(_ message: OutgoingMessage) -> Int {
        let dropped = state.withLock { state in
            guard !state.isFinished else { return 1 }
            state.waiting.append(message)
            guard state.waiting.count > Self.capacity else { return 0 }
            state.waiting.removeFirst()
            return 1
        }
        wake.yield()
        return dropped
    }

    /// Refuses further messages. `run` returns when it has published those that wait.
    func finish() {
        state.withLock { $0.isFinished = true }
        wake.finish()
    }

    /// Publishes messages in batches of all that wait, until `finish`.
    func run(_ publish: ([OutgoingMessage]) async -> Void) async {
        for await _ in wakes { await publishWaiting(publish) }
        await publishWaiting(publish)
    }

    private func publishWaiting(_ publish: ([OutgoingMessage]) async -> Void) async {
        let batch = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        if !batch.isEmpty { await publish(batch) }
    }
}
