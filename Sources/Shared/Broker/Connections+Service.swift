public import Runtime

// A connection is a service of its process like any other: opened before those that use it, closed after them.

extension Publisher: Service {
    public nonisolated var name: String { "publisher" }

    public func drain() async { await close() }
}

extension Subscriber: Service {
    public nonisolated var name: String { "subscriber" }

    public func drain() async { await close() }
}
