extension DatabaseConnection {
    private static let begin = Statement("begin", "BEGIN")
    private static let commit = Statement("commit", "COMMIT")
    private static let rollBack = Statement("roll back", "ROLLBACK")

    /// Runs the body between `BEGIN` and `COMMIT`; a body that throws is rolled back.
    func transaction<Success: Sendable>(
        _ body: @Sendable (DatabaseConnection) async throws -> Success
    ) async -> Result<Success, any Error> {
        do {
            try await query(Self.begin)
            let success = try await body(self)
            try await query(Self.commit)
            return .success(success)
        } catch {
            restore()
            return .failure(error)
        }
    }

    /// Ends a transaction, also in a task that is cancelled. A connection that cannot be brought back is closed, which ends it as
    /// well.
    private func restore() {
        guard isInTransaction else { return }
        if case .failure = uninterrupted(Self.rollBack) { close() }
    }
}
