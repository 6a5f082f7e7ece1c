import CEvents

/// Starts threads and runs Swift's jobs on them.
enum ThreadHandle {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    static var current: UInt { UInt(pthread_self()) }

    /// Starts a detached thread. Ends the process if the system cannot start one, because it could not continue.
    static func start(named name: String, _ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread, nil,
            { context in
                unsafe Unmanaged<Body>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(Body(body)).toOpaque())
        precondition(result == 0, "cannot start a thread")
        _ = unsafe posthorn_thread_name(thread, String(name.prefix(15)))
        _ = pthread_detach(thread)
    }

    static func run(_ jobs: [UnownedJob], on executor: ThreadExecutor) {
        for job in jobs { unsafe job.runSynchronously(on: executor.asUnownedSerialExecutor()) }
    }
}
