/// Stages in running order, each fed with what the one before let pass.
struct Pipeline<Input: Sendable, Output: Sendable>: Sendable {
    private let body: @Sendable ([Input]) async throws -> [Passage<Output>]

    private init(_ body: @escaping @Sendable ([Input]) async throws -> [Passage<Output>]) { self.body = body }

    /// Begins with one stage.
    init(_ first: some Stage<Input, Output>) { self.init { try await first.run($0) } }

    /// The same pipeline with one more stage at its end.
    func then<Next: Sendable>(_ stage: some Stage<Output, Next>) -> Pipeline<Input, Next> {
        Pipeline<Input, Next> { [body] batch in
            let before = try await body(batch)
            var after = try await stage.run(before.compactMap { if case .onward(let value) = $0 { value } else { nil } })
                .makeIterator()
            return before.map { passage in
                switch passage {
                case .ended(let ending): .ended(ending)
                case .onward: after.next()!
                }
            }
        }
    }

    /// - Returns: for each input, in order, what became of it.
    func run(_ batch: [Input]) async throws -> [Passage<Output>] { try await body(batch) }
}
