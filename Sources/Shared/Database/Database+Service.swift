public import Runtime

// The database is a service of its process: at its start it is reached, and its schema is held to be the one that this program knows.
extension Database: Service {
    public var name: String { "database" }

    /// Waits half a minute for a server that cannot be reached yet, as when all is started at once.
    ///
    /// - Throws: where the database cannot be reached or its schema is of another version; the message names the command that mends it.
    public func start() async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        var backOff = BackOff(limit: .seconds(2))
        while true {
            do {
                return try await Migrations(self).check()
            } catch let error as DatabaseError where error.isTransient && .now < deadline {
                try await Task.sleep(for: backOff.delay())
            }
        }
    }

    public func drain() async { await close() }
}
