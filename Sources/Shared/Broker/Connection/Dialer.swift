import Executors

/// Connects on a thread of its own, because name resolution, connecting and logging in block.
actor Dialer {
    nonisolated let executor: ThreadExecutor

    init(name: String) { executor = ThreadExecutor(name: name) }

    func dial(_ settings: BrokerSettings, name: String, writeLimit: Duration) throws(BrokerError) -> sending BrokerHandle {
        try BrokerHandle(settings: settings, name: name, writeLimit: writeLimit)
    }
}
