/// Stages that decide on listeners, in running order. None sees whom one before it has dropped. Without stages everybody is delivered to, and
/// nothing is looked at.
struct ListenerPipeline: Sendable {
    private let stages: [any ListenerStage]

    init(_ stages: [any ListenerStage]) { self.stages = stages }

    /// - Returns: for each batch, in order, what is left of it.
    func run(_ batches: [ListenerBatch]) async throws -> [ListenerBatch] {
        var batches = batches
        try await run(&batches)
        return batches
    }

    /// - Returns: what is left of one batch.
    func run(_ batch: ListenerBatch) async throws -> ListenerBatch {
        var batches = [batch]
        try await run(&batches)
        return batches[0]
    }

    private func run(_ batches: inout [ListenerBatch]) async throws {
        for stage in stages {
            let rule = try await stage.rule(for: batches)
            for place in batches.indices { batches[place].apply(rule) }
        }
    }
}
