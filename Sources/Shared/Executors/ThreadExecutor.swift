/// A serial executor with an operating system thread of its own. An actor on it may make blocking calls, and may own a C handle that must
/// stay on one thread.
///
/// Between jobs the thread can wait for one descriptor, see ``watch(_:)``. The thread ends when the executor is released, after the jobs
/// that were enqueued before.
public final class ThreadExecutor: SerialExecutor {
    private let core: ThreadCore

    /// Starts the thread.
    ///
    /// - Parameter name: shown by `top -H` and debuggers; Linux keeps 15 bytes.
    public init(name: String) {
        core = ThreadCore()
        // The thread holds a strong reference only while it runs jobs, so that a waiting thread does not keep the executor alive.
        ThreadHandle.start(named: name) { [weak self, core] in
            core.begin()
            while let jobs = core.next() {
                if !jobs.isEmpty, let self { ThreadHandle.run(jobs, on: self) }
            }
        }
    }

    deinit { core.stop() }

    public func enqueue(_ job: consuming ExecutorJob) { core.enqueue(UnownedJob(job)) }

    public func checkIsolated() {
        precondition(core.isCurrent, "not on the executor's thread")
    }

    public func isIsolatingCurrentContext() -> Bool? { core.isCurrent }

    /// Calls the closure on the thread after each round of jobs, and whenever its last `Watch` is due. The closure does what is possible
    /// without waiting and returns what to wait for. It may use `assumeIsolated` of the executor's actor.
    ///
    /// The closure lives as long as the executor, so it must hold its actor weakly.
    public func watch(_ pump: @escaping @Sendable () -> Watch) { core.watch(pump) }
}

/// What a thread waits for besides jobs.
public struct Watch: Sendable {
    /// Wait for readable data on this descriptor.
    public var descriptor: Int32?
    /// Also wait until the descriptor is writable.
    public var alsoWritable: Bool
    /// Wait no longer than this.
    public var deadline: ContinuousClock.Instant?

    public init(descriptor: Int32? = nil, alsoWritable: Bool = false, deadline: ContinuousClock.Instant? = nil) {
        self.descriptor = descriptor
        self.alsoWritable = alsoWritable
        self.deadline = deadline
    }
}
