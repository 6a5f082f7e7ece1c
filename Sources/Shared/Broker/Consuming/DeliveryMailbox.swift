import Synchronization

/// Hands deliveries from the connection's thread to the one task that reads them: all that have come since it last asked.
final class DeliveryMailbox: Sendable {
    private struct State {
        var deliveries: [Delivery] = []
        var reader: CheckedContinuation<[Delivery]?, Never>?
        var isFinished = false
    }

    private let state = Mutex(State())

    /// The deliveries as a stream; it ends after `finish`, or when its reading task is cancelled.
    var stream: AsyncStream<[Delivery]> {
        AsyncStream(unfolding: { await self.next() }, onCancel: { self.finish() })
    }

    func put(_ deliveries: [Delivery]) {
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

    /// Forgets what nobody has read: their connection has gone, so the broker delivers them again.
    func discard() { state.withLock { $0.deliveries = [] } }

    /// Nothing more comes. What is here can still be read.
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
