import Synchronization

/// Passes deliveries from the connection's thread to the one task that reads them, in batches of all that arrived since its last read.
final class DeliveryMailbox: Sendable {
    private struct State {
        var deliveries: [Delivery] = []
        var reader: CheckedContinuation<[Delivery]?, Never>?
        var isFinished = false
    }

    private let state = Mutex(State())
    /// Of the open AMQP channel; 0 if there is none.
    private let epoch = Atomic<UInt32>(0)

    /// The deliveries as a stream. It ends after `finish`, or when the reading task is cancelled.
    var stream: AsyncStream<[Delivery]> {
        AsyncStream(unfolding: { await self.next() }, onCancel: { self.finish() })
    }

    /// - Parameter deliveries: at least one, all of one AMQP channel.
    func put(_ deliveries: [Delivery]) {
        epoch.store(deliveries[0].tag.epoch, ordering: .relaxed)
        let reader = state.withLock { state in
            if state.isFinished { return nil as CheckedContinuation<[Delivery]?, Never>? }
            guard let reader = state.reader else {
                state.deliveries.append(contentsOf: deliveries)
                return nil
            }
            state.reader = nil
            return reader
        }
        reader?.resume(returning: deliveries)
    }

    /// Drops unread deliveries: their connection was lost, so the broker delivers them again.
    func discard() {
        epoch.store(0, ordering: .relaxed)
        state.withLock { $0.deliveries = [] }
    }

    func isCurrent(_ tag: DeliveryTag) -> Bool { tag.epoch == epoch.load(ordering: .relaxed) }

    /// Ends the stream after the deliveries that are already here.
    func finish() {
        let reader = state.withLock { state in
            state.isFinished = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    private func next() async -> [Delivery]? {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state in
                if !state.deliveries.isEmpty {
                    defer { state.deliveries = [] }
                    return .some(state.deliveries) as [Delivery]??
                }
                if state.isFinished { return .some(nil) }
                state.reader = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}
