import CEvents

/// The one place that starts threads and runs Swift's jobs on them.
enum ThreadHandle {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    static var current: UInt { UInt(pthread_self()) }

    /// Starts a detached thread. There is no way on if the system has none left, so that ends the process.
    static func start(named name: String, _ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread, nil,
            { context in
                unsafe Unmanaged<Body>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(Body(body)).toOpaque())
        precondition(result == 0, "the system starts no more threads")
        _ = unsafe posthorn_thread_name(thread, String(name.prefix(15)))
        _ = pthread_detach(thread)
    }

    static func run(_ jobs: [UnownedJob], on executor: ThreadExecutor) {
        for job in jobs { unsafe job.runSynchronously(on: executor.asUnownedSerialExecutor()) }
    }
}
