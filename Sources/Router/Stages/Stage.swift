/// One step of the router's pipeline. A stage uses neither broker nor database: it receives its queries as closures.
///
/// Stages take batches, because one database query for sixty requests costs hardly more than for one.
protocol Stage<Input, Output>: Sendable {
    associatedtype Input: Sendable
    associatedtype Output: Sendable

    /// - Returns: the batch with the result of this step for each request.
    /// - Throws: an error that a retry may fix, and then the whole batch is run again; or an error that one request causes, and then the batch
    ///   is run by halves until that request is alone.
    func run(_ batch: Batch<Input>) async throws -> Batch<Output>
}
