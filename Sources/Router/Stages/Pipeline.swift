/// Stages in running order. Each receives the requests that the one before passed on.
struct Pipeline<Input: Sendable, Output: Sendable>: Sendable {
    private let body: @Sendable (Batch<Input>) async throws -> Batch<Output>

    private init(_ body: @escaping @Sendable (Batch<Input>) async throws -> Batch<Output>) { self.body = body }

    /// A pipeline of one stage.
    init(_ first: some Stage<Input, Output>) { self.init { try await first.run($0) } }

    /// The same pipeline with one more stage at its end.
    func then<Next: Sendable>(_ stage: some Stage<Output, Next>) -> Pipeline<Input, Next> {
        Pipeline<Input, Next> { [body] batch in try await stage.run(try await body(batch)) }
    }

    /// - Returns: for each input, in order, its result.
    func run(_ inputs: some Sequence<Input>) async throws -> [StageResult<Output>] { try await body(Batch(inputs)).results }
}
