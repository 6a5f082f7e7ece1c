public import Runtime

// The pool opens its connections on first use, so an unreachable database does not prevent a start.
extension Database: Service {
    public var name: String { "database" }

    public func start() async {}

    public func drain() async { await close() }
}
