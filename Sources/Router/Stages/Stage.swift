/// One step in a request's way through the router. A stage knows neither broker nor database: what it must ask, it is given as closures.
///
/// Stages take batches, because one question to the database for sixty requests costs hardly more than for one.
protocol Stage<Input, Output>: Sendable {
    associatedtype Input: Sendable
    associatedtype Output: Sendable

    /// - Returns: the batch one step further.
    /// - Throws: what another try may fix, and then the whole batch is run again; or what one request of the batch is at fault for, and
    ///   then the batch is run by halves until that one is alone.
    func run(_ batch: Batch<Input>) async throws -> Batch<Output>
}
