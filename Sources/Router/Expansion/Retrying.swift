import Runtime

/// Tries until it succeeds, for what only needs the database to be there again.
///
/// - Throws: only `CancellationError`.
func untilItSucceeds<Success>(
    _ what: String, log: Log, _ body: () async throws -> Success
) async throws -> Success {
    var backOff = BackOff()
    while true {
        do {
            return try await body()
        } catch {
            try Task.checkCancellation()
            log.warning("trying again", ["what": what, "error": "\(error)"])
            try await Task.sleep(for: backOff.delay())
        }
    }
}
