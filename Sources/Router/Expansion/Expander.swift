import Contract
import Model
import Runtime

/// Takes requests through the stages, and keeps what is wrong with one of them from the others.
struct Expander: Sendable {
    /// From a message to a request on record.
    let admission: Pipeline<Submission, AdmittedRequest>
    /// From there to its fan-out. What fails here is tried again without being admitted again, because a request that is admitted twice is
    /// suspect.
    let expansion: Pipeline<AdmittedRequest, FanOut>
    /// Why a batch is at fault for an error, so that another try would fail as well; nil where it is not.
    let fault: @Sendable (any Error) -> String?
    /// Whether a batch may have been too much for one try, so that halves of it may succeed where it never would.
    let isTooMuch: @Sendable (any Error) -> Bool
    let log: Log

    /// - Returns: for each submission, in order, what became of it.
    /// - Throws: only `CancellationError`.
    func expand(_ submissions: [Submission]) async throws -> [Passage<FanOut>] {
        try await Batch(submissions)
            .mapTogether { try await run(admission, $0[...]) }
            .mapTogether { try await run(expansion, $0[...]) }
            .passages
    }

    /// Runs a batch until it succeeds; where one of it is at fault, or all of it are too much, by halves until that one is alone.
    private func run<Input, Output>(_ pipeline: Pipeline<Input, Output>, _ batch: ArraySlice<Input>) async throws -> [Passage<
        Output
    >] {
        guard !batch.isEmpty else { return [] }
        var backOff = BackOff()
        while true {
            do {
                return try await pipeline.run(batch)
            } catch {
                try Task.checkCancellation()
                let why = fault(error)
                if let why, batch.count == 1 { return [.ended(.broken(why: why))] }
                if batch.count > 1, why != nil || isTooMuch(error) {
                    let middle = batch.startIndex + batch.count / 2
                    return try await run(pipeline, batch[..<middle]) + run(pipeline, batch[middle...])
                }
                log.warning("trying again to expand requests", ["error": "\(error)", "requests": batch.count])
                try await Task.sleep(for: backOff.delay())
            }
        }
    }
}
