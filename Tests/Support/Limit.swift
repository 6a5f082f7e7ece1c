/// Runs the body with a time limit.
///
/// - Parameter what: what the test waits for, for the error.
/// - Throws: `LimitReached`, or the body's error. The body is cancelled at the limit and must react to that.
public func within<Success: Sendable>(
    _ limit: Duration, _ what: String, _ body: @escaping @Sendable () async throws -> Success
) async throws -> Success {
    try await withThrowingTaskGroup(of: Success.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw LimitReached(what: what, limit: limit)
        }
        defer { group.cancelAll() }
        return try await group.next()!
    }
}

public struct LimitReached: Error, CustomStringConvertible {
    let what: String
    let limit: Duration

    public var description: String { "did not happen within \(limit): \(what)" }
}
