public import Runtime

extension RetryPolicy {
    /// Tries a batch together until it succeeds. Where one of it is at fault, or all of it are too much for one try, it goes on by halves,
    /// until that one is alone.
    ///
    /// - Parameters:
    ///   - what: for the log, such as `save events`.
    ///   - body: does it for all that it is given, at once.
    ///   - permanent: does what is to be done about one that can never succeed.
    /// - Returns: what came of each part of the batch, in order.
    /// - Throws: only `CancellationError`.
    public func runByHalves<Item, Success>(
        _ what: String, _ batch: ArraySlice<Item>, log: Log, _ body: (ArraySlice<Item>) async throws -> Success,
        permanent: (_ item: Item, _ why: String) async -> Success
    ) async throws(CancellationError) -> [Success] {
        guard !batch.isEmpty else { return [] }
        var delays = Delays(self)
        while true {
            do {
                return [try await body(batch)]
            } catch {
                let verdict = try verdict(error)
                if case .permanent(let why) = verdict, batch.count == 1 { return [await permanent(batch[batch.startIndex], why)] }
                if verdict != .transient, batch.count > 1 {
                    let middle = batch.startIndex + batch.count / 2
                    return try await runByHalves(what, batch[..<middle], log: log, body, permanent: permanent)
                        + runByHalves(what, batch[middle...], log: log, body, permanent: permanent)
                }
                try await delays.wait(what, error, log)
            }
        }
    }
}
