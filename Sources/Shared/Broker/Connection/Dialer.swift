import Executors

/// Connects on a thread of its own, because looking up a name, connecting and logging in wait, and whoever asks must not.
actor Dialer {
    nonisolated let executor: ThreadExecutor

    init(name: String) { executor = ThreadExecutor(name: name) }

    func dial(_ settings: BrokerSettings, name: String, writeLimit: Duration) throws(BrokerError) -> sending BrokerHandle {
        try BrokerHandle(settings: settings, name: name, writeLimit: writeLimit)
    }
}
