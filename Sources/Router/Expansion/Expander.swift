import Contract
import Model
import Queueing
import Runtime

/// Runs requests through the stages, and isolates a request that fails from the others.
struct Expander: Sendable {
    /// From a message to a recorded request.
    let admission: Pipeline<Submission, AdmittedRequest>
    /// From there to its fan-out. If this fails, it is retried without admitting the requests again, because a request that is admitted twice is
    /// a possible duplicate.
    let expansion: Pipeline<AdmittedRequest, FanOut>
    let retries: RetryPolicy
    let log: Log

    /// - Returns: for each submission, in order, its result.
    /// - Throws: only `CancellationError`.
    func expand(_ submissions: [Submission]) async throws -> [StageResult<FanOut>] {
        try await Batch(submissions)
            .mapTogether { try await run("admit requests", admission, $0) }
            .mapTogether { try await run("expand requests", expansion, $0) }
            .results
    }

    private func run<Input, Output>(
        _ what: String, _ pipeline: Pipeline<Input, Output>, _ batch: [Input]
    ) async throws -> [StageResult<Output>] {
        let parts = try await retries.runByHalves(
            what, batch[...], log: log, { try await pipeline.run($0) }, permanent: { [.stop(.broken(why: $1))] })
        return Array(parts.joined())
    }
}
