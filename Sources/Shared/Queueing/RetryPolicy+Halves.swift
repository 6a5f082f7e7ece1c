public import Runtime

extension RetryPolicy {
    /// Tries a whole batch until it succeeds. If an item is at fault, or the batch is too large for one try, it continues with each half, until
    /// that item is alone.
    ///
    /// - Parameters:
    ///   - what: for the log, such as `save events`.
    ///   - body: processes all items that it is given at once.
    ///   - permanent: handles an item that can never succeed.
    /// - Returns: the result of each part of the batch, in order.
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
