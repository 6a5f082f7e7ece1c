import Runtime
import Synchronization

/// How many notifications a lane has begun and not settled. It admits no more than its limit, and reports when there are none.
final class InFlight: Sendable {
    private struct State {
        var count = 0
        var isClosed = false
        var entering: (count: Int, continuation: CheckedContinuation<Bool, Never>)?
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let limit: Int
    private let gauge: Gauge
    private let state = Mutex(State())

    /// - Parameter gauge: shows the number. Several may share one, which then shows their sum.
    init(limit: Int, gauge: Gauge) {
        self.limit = limit
        self.gauge = gauge
    }

    /// Admits this many if there is room. A count above the limit is admitted alone.
    ///
    /// - Returns: whether there was room.
    func enter(_ count: Int) -> Bool {
        state.withLock { state in
            guard hasRoom(for: count, in: state) else { return false }
            add(count, to: &state)
            return true
        }
    }

    /// Waits for room and admits them. For one caller at a time.
    ///
    /// - Returns: false if there is no room and it is closed.
    func waitAndEnter(_ count: Int) async -> Bool {
        await withCheckedContinuation { continuation in
            let mayEnter = state.withLock { state -> Bool? in
                guard hasRoom(for: count, in: state) else {
                    if state.isClosed { return false }
                    state.entering = (count, continuation)
                    return nil
                }
                add(count, to: &state)
                return true
            }
            if let mayEnter { continuation.resume(returning: mayEnter) }
        }
    }

    func leave(_ count: Int) {
        let (entering, waiters) = state.withLock {
            state -> (CheckedContinuation<Bool, Never>?, [CheckedContinuation<Void, Never>]) in
            add(-count, to: &state)
            if let entering = state.entering, hasRoom(for: entering.count, in: state) {
                state.entering = nil
                add(entering.count, to: &state)
                return (entering.continuation, [])
            }
            guard state.count == 0 else { return (nil, []) }
            defer { state.waiters = [] }
            return (nil, state.waiters)
        }
        entering?.resume(returning: true)
        for waiter in waiters { waiter.resume() }
    }

    /// Ends all waiting for room, also of a caller that waits now.
    ///
    /// - Returns: whether there was room.
    @discardableResult
    func close() -> Bool {
        let (entering, hadRoom) = state.withLock { state in
            state.isClosed = true
            defer { state.entering = nil }
            return (state.entering, state.entering == nil && state.count < limit)
        }
        entering?.continuation.resume(returning: false)
        return hadRoom
    }

    /// Returns when the count is zero.
    func empty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.count == 0 { return true }
                state.waiters.append(continuation)
                return false
            }
            if isEmpty { continuation.resume() }
        }
    }

    private func add(_ count: Int, to state: inout State) {
        state.count += count
        gauge.add(count)
    }

    private func hasRoom(for count: Int, in state: State) -> Bool {
        state.count == 0 || state.count + count <= limit
    }
}
