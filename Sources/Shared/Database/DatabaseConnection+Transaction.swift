extension DatabaseConnection {
    private static let begin = Statement("begin", "BEGIN")
    private static let commit = Statement("commit", "COMMIT")
    private static let rollBackStatement = Statement("roll back", "ROLLBACK")

    /// Runs the body between `BEGIN` and `COMMIT`. Rolls back if the body throws.
    func transaction<Success: Sendable>(
        _ body: @Sendable (DatabaseConnection) async throws -> Success
    ) async -> Result<Success, any Error> {
        do {
            try await query(Self.begin)
            let success = try await body(self)
            try await query(Self.commit)
            return .success(success)
        } catch {
            rollBack()
            return .failure(error)
        }
    }

    /// Rolls the transaction back, also in a cancelled task. If that fails, closes the connection, which ends the transaction as well.
    private func rollBack() {
        guard isInTransaction else { return }
        if case .failure = uninterrupted(Self.rollBackStatement) { close() }
    }
}
