/// Waits for what the body waits for, and no longer than the limit.
///
/// - Parameter what: the limit's error says that this did not come about.
/// - Throws: `LimitReached`, or what the body throws. The body is cancelled at the limit and must heed that.
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

    public var description: String { "did not come about within \(limit): \(what)" }
}
