public import Runtime

// Connections are services: they start before the services that use them, and close after them.

extension Publisher: Service {
    public func drain() async { await close() }
}

extension Subscriber: Service {
    public func drain() async { close() }
}
