/// One step in a request's way through the router. A stage knows neither broker nor database: what it must ask, it is given as closures.
///
/// Stages take batches, because one question to the database for sixty requests costs hardly more than for one.
protocol Stage<Input, Output>: Sendable {
    associatedtype Input: Sendable
    associatedtype Output: Sendable

    /// - Returns: for each input, in order, what it became.
    /// - Throws: what another try may mend, and then the whole batch is run again; or what one request of the batch is at fault for, and
    ///   then the batch is run by halves until that one is alone.
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
    /// Whoever sent it may not speak for the service that it names. It is parked, and nothing is told in that service's name.
    case unauthorised(why: String)
    /// It has been expanded already.
    case repeated
    /// Its dedupe key is another request's.
    case conflict
    /// It cannot be processed, whatever is tried: nobody has thought of what is wrong with it.
    case broken(why: String)
    /// Its time was over.
    case expired
}
