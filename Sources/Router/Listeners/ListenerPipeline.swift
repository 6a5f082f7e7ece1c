/// Stages that decide on listeners, in running order. No stage receives listeners that an earlier one has dropped. Without stages every listener
/// gets a notification.
struct ListenerPipeline: Sendable {
    private let stages: [any ListenerStage]

    init(_ stages: [any ListenerStage]) { self.stages = stages }

    /// - Returns: for each batch, in order, what remains of it.
    func run(_ batches: [ListenerBatch]) async throws -> [ListenerBatch] {
        var batches = batches
        try await run(&batches)
        return batches
    }

    /// - Returns: what remains of the batch.
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
