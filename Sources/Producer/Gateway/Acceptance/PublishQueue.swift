import Broker
import Synchronization

/// Gathers messages that come one by one into batches, because the broker's connection takes a hundred in one go for little more than one.
///
/// Each message is answered within the limit, counted from its arrival: a batch is published within what is left to its oldest, and the
/// messages that wait meanwhile are younger than every message of a batch under way.
final class PublishQueue: Sendable {
    typealias Publish = @Sendable (_ messages: [OutgoingMessage], _ within: Duration) async throws(PublishError) -> Void

    struct Limits: Sendable {
        /// From a message's arrival to its answer.
        var answer: Duration = .milliseconds(1800)
        /// Messages that wait or are under way; the next is refused.
        var messages = 10_000
        var batch = 250
        /// Batches under way at the same time.
        var batches = 2
    }

    private struct Entry {
        let message: OutgoingMessage
        let deadline: ContinuousClock.Instant
        let answer: CheckedContinuation<Result<Void, PublishError>, Never>
    }

    private struct State {
        var waiting: [Entry] = []
        var count = 0
        var batches = 0
    }

    private enum Step { case refuse, wait, begin }

    private let limits: Limits
    private let send: Publish
    private let state = Mutex(State())

    init(limits: Limits = Limits(), send: @escaping Publish) {
        self.limits = limits
        self.send = send
    }

    /// Returns when the message is confirmed.
    func publish(_ message: OutgoingMessage) async throws(PublishError) {
        let deadline = ContinuousClock.now + limits.answer
        let result: Result<Void, PublishError> = await withCheckedContinuation { answer in
            switch add(Entry(message: message, deadline: deadline, answer: answer)) {
            case .refuse: answer.resume(returning: .failure(.overloaded))
            case .wait: break
            case .begin: Task { await publishBatches() }
            }
        }
        try result.get()
    }

    private func add(_ entry: Entry) -> Step {
        state.withLock { state in
            guard state.count < limits.messages else { return .refuse }
            state.count += 1
            state.waiting.append(entry)
            guard state.batches < limits.batches else { return .wait }
            state.batches += 1
            return .begin
        }
    }

    private func publishBatches() async {
        while let batch = next() {
            let result = await publish(batch)
            state.withLock { $0.count -= batch.count }
            for entry in batch { entry.answer.resume(returning: result) }
        }
    }

    private func next() -> [Entry]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.batches -= 1
                return nil
            }
            let batch = Array(state.waiting.prefix(limits.batch))
            state.waiting.removeFirst(batch.count)
            return batch
        }
    }

    private func publish(_ batch: [Entry]) async -> Result<Void, PublishError> {
        let left = batch[0].deadline - .now
        guard left > .zero else { return .failure(.timedOut) }
        do throws(PublishError) {
            try await send(batch.map(\.message), left)
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}
