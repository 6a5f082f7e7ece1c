import Synchronization

/// The state that an executor shares with its thread.
final class ThreadCore: Sendable {
    private struct State {
        var jobs: [UnownedJob] = []
        var isAsleep = false
        var isStopped = false
        var pump: (@Sendable () -> Watch)?
        /// Whether a pump was set that has not been called yet.
        var isPumpNew = false
    }

    private let state = Mutex(State())
    private let thread = Atomic<UInt>(0)
    private let waker = WakeUpHandle()

    var isCurrent: Bool { thread.load(ordering: .relaxed) == ThreadHandle.current }

    func enqueue(_ job: UnownedJob) { change { $0.jobs.append(job) } }

    func watch(_ pump: @escaping @Sendable () -> Watch) {
        change { state in
            state.pump = pump
            state.isPumpNew = true
        }
    }

    func stop() { change { $0.isStopped = true } }

    /// Wakes the thread only if it sleeps, so a burst of jobs costs one system call.
    private func change(_ body: (inout sending State) -> Void) {
        let wasAsleep = state.withLock { state in
            body(&state)
            defer { state.isAsleep = false }
            return state.isAsleep
        }
        if wasAsleep { waker.wake() }
    }

    /// Call this first on the thread.
    func begin() { thread.store(ThreadHandle.current, ordering: .relaxed) }

    /// Calls the pump, then waits for its `Watch` or for jobs.
    ///
    /// - Returns: the enqueued jobs; nil when the thread should end.
    func next() -> [UnownedJob]? {
        let pump = state.withLock { state in
            state.isPumpNew = false
            return state.pump
        }
        let watch = pump?() ?? Watch()
        let mayWait = state.withLock { state in
            state.isAsleep = state.jobs.isEmpty && !state.isStopped && !state.isPumpNew
            return state.isAsleep
        }
        if mayWait { waker.wait(watch) }
        return state.withLock { state in
            state.isAsleep = false
            if state.jobs.isEmpty, state.isStopped { return nil }
            let jobs = state.jobs
            state.jobs = []
            return jobs
        }
    }
}
