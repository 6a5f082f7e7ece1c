public import Runtime

// The database is a service of its process. Its connections are made when they are first needed, so a database that is away keeps
// nobody from starting.
extension Database: Service {
    public var name: String { "database" }

    public func start() async {}

    public func drain() async { await close() }
}
