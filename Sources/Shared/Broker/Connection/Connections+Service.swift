public import Runtime

// A connection is a service of its process like any other: opened before those that use it, closed after them.

extension Publisher: Service {
    public func drain() async { await close() }
}

extension Subscriber: Service {
    public func drain() async { close() }
}
