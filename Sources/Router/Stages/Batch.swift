/// The requests of one run through the stages. Each keeps its index, whatever happens to the others, and no stage can lose one: a batch is made
/// only from the input or from an earlier batch.
struct Batch<Value: Sendable>: Sendable {
    /// The result of each request so far, in the order of the input.
    let results: [StageResult<Value>]

    init(_ values: some Sequence<Value>) { results = values.map { .proceed($0) } }

    private init(results: [StageResult<Value>]) { self.results = results }

    /// The requests that were not stopped, in order.
    var values: [Value] { results.compactMap { if case .proceed(let value) = $0 { value } else { nil } } }

    /// Applies a step to each request that was not stopped.
    func map<Next: Sendable>(_ step: (Value) throws -> StageResult<Next>) rethrows -> Batch<Next> {
        Batch<Next>(
            results: try results.map { result in
                switch result {
                case .proceed(let value): try step(value)
                case .stop(let ending): .stop(ending)
                }
            })
    }

    /// The same for an asynchronous step. The requests are processed one after the other.
    func mapInTurn<Next: Sendable>(_ step: (Value) async throws -> StageResult<Next>) async rethrows -> Batch<Next> {
        var next: [StageResult<Next>] = []
        next.reserveCapacity(results.count)
        for result in results {
            switch result {
            case .proceed(let value): next.append(try await step(value))
            case .stop(let ending): next.append(.stop(ending))
            }
        }
        return Batch<Next>(results: next)
    }

    /// The same for a step that takes all of them at once and returns one result for each, in order.
    ///
    /// - Throws: what the step throws; `StageError.miscounted`.
    func mapTogether<Next: Sendable>(_ step: ([Value]) async throws -> [StageResult<Next>]) async throws -> Batch<Next> {
        try await asking({ $0 }, step).map { $0.1 }
    }

    /// Sends one query for all requests, because a query for sixty costs hardly more than for one.
    ///
    /// - Parameters:
    ///   - question: the query for one request.
    ///   - ask: returns one answer for each query, in order.
    /// - Returns: each request with its answer.
    /// - Throws: what `ask` throws; `StageError.miscounted`.
    func asking<Question, Answer: Sendable>(
        _ question: (Value) -> Question, _ ask: ([Question]) async throws -> [Answer]
    ) async throws -> Batch<(Value, Answer)> {
        let answers = Answers(try await ask(values.map(question)))
        return try answers.given { next in try map { .proceed(($0, try next())) } }
    }

    /// The same if some requests need no query: `question` is nil for these, and so is their answer.
    func askingWhereNeeded<Question, Answer: Sendable>(
        _ question: (Value) -> Question?, _ ask: ([Question]) async throws -> [Answer]
    ) async throws -> Batch<(Value, Answer?)> {
        let asked = map { StageResult.proceed(($0, question($0) != nil)) }
        let answers = Answers(try await ask(values.compactMap(question)))
        return try answers.given { next in try asked.map { .proceed(($0.0, $0.1 ? try next() : nil)) } }
    }
}

/// Answers that are handed out in order, each once.
private struct Answers<Answer> {
    private let answers: [Answer]

    init(_ answers: [Answer]) { self.answers = answers }

    /// - Throws: `StageError.miscounted` if the body does not take exactly as many as there are.
    func given<Result>(_ body: (_ next: () throws -> Answer) throws -> Result) throws -> Result {
        var taken = 0
        let result = try body {
            guard taken < answers.count else { throw StageError.miscounted(answers: answers.count) }
            defer { taken += 1 }
            return answers[taken]
        }
        guard taken == answers.count else { throw StageError.miscounted(answers: answers.count) }
        return result
    }
}
