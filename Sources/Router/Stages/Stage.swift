/// One step in a request's way through the router. A stage knows neither broker nor database: what it must ask, it is given as closures.
///
/// Stages take batches, because one question to the database for sixty requests costs hardly more than for one.
protocol Stage<Input, Output>: Sendable {
    associatedtype Input: Sendable
    associatedtype Output: Sendable

    /// - Returns: for each input, in order, what it became.
    /// - Throws: only what another try may mend. The whole batch is then run again.
    func run(_ batch: [Input]) async throws -> [Passage<Output>]
}

/// What a stage made of one request.
enum Passage<Output: Sendable>: Sendable {
    case onward(Output)
    /// The request's way ends here; no later stage sees it.
    case ended(Ending)
}

/// Why a request's way ends before its fan-out.
enum Ending: Sendable, Equatable {
    /// It cannot be carried out. It is parked, and its service is told if it can be.
    case rejected(why: String)
    /// It has been expanded already.
    case repeated
    /// Its time was over.
    case expired
}
