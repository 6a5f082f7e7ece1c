/// A serial executor with an operating system thread of its own: an actor that runs on it may make blocking calls, and a C handle that
/// belongs to one thread may live in it.
///
/// Between jobs the thread can look after one descriptor, see ``watch(_:)``. The thread ends after the executor's last reference is gone;
/// jobs that were enqueued before are run.
public final class ThreadExecutor: SerialExecutor {
    private let core: ThreadCore

    /// Starts the thread.
    ///
    /// - Parameter name: shown by `top -H` and debuggers; Linux keeps 15 bytes.
    public init(name: String) {
        core = ThreadCore()
        // The thread holds the executor only while it runs jobs, so that waiting does not keep it alive.
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
        precondition(core.isCurrent, "this must run on its executor's own thread")
    }

    public func isIsolatingCurrentContext() -> Bool? { core.isCurrent }

    /// Calls the closure on the thread after every round of jobs, and whenever what it asked for has come about: it does what can be done
    /// without waiting and answers what to wait for. Inside it `assumeIsolated` of the executor's actor holds.
    ///
    /// The closure lives as long as the executor, so it must hold its actor weakly.
    public func watch(_ pump: @escaping @Sendable () -> Watch) { core.watch(pump) }
}

/// What a thread waits for apart from jobs.
public struct Watch: Sendable {
    /// Readable data on this descriptor, if any.
    public var descriptor: Int32?
    /// Room to write on the descriptor as well.
    public var alsoWritable: Bool
    /// At the latest then.
    public var deadline: ContinuousClock.Instant?

    public init(descriptor: Int32? = nil, alsoWritable: Bool = false, deadline: ContinuousClock.Instant? = nil) {
        self.descriptor = descriptor
        self.alsoWritable = alsoWritable
        self.deadline = deadline
    }
}
