/// The number of ranges into which a large audience is divided, so that several routers can share it: one for each chunk, up to a limit.
struct Division: Sendable {
    /// Consumers in one chunk of a cursor.
    let chunk: Int
    /// The most ranges.
    let limit: Int

    /// No more consumers than this need to be counted.
    var countLimit: Int { chunk * limit }

    /// - Parameter consumers: how many there are, counted up to `countLimit`.
    func parts(for consumers: Int) -> Int { min(max(1, (consumers + chunk - 1) / chunk), limit) }
}
