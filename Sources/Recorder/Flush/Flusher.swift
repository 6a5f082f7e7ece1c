import Broker
import Contract
import Model
import Queueing
import Runtime

/// Saves a batch of messages, then acknowledges them. A message that can never be saved is parked; a save that fails for another reason is
/// retried until it succeeds.
struct Flusher: Sendable {
    /// Returns when the events are committed.
    let save: @Sendable ([Event]) async throws -> Void
    /// Returns when the mark is saved: everything published before this time is recorded.
    let mark: @Sendable (Timestamp) async throws -> Void
    /// Returns when the parked message is confirmed or dropped.
    let park: @Sendable (Delivery, _ reason: String) async throws -> Void
    let acknowledge: @Sendable ([DeliveryTag]) async -> Void
    let metrics: RecorderMetrics
    let retries: RetryPolicy
    let log: Log

    /// Returns when each message is saved or parked, and acknowledged. A cancelled task leaves the rest unacknowledged: the
    /// broker redelivers it.
    ///
    /// - Returns: whether all messages were acknowledged.
    func flush(_ messages: [ReceivedMessage]) async -> Bool {
        var readable: [(delivery: Delivery, events: [Event])] = []
        var unreadable: [(delivery: Delivery, reason: String)] = []
        for message in messages {
            switch message.events {
            case .success(let events): readable.append((message.delivery, events))
            case .failure(let error): unreadable.append((message.delivery, error.description))
            }
        }
        var isDone = readable.isEmpty ? true : await settle(readable[...])
        for message in unreadable where !(await parkAndAcknowledge(message.delivery, message.reason)) { isDone = false }
        return isDone
    }

    /// Saves the latest of the marks. If that fails, the sender that published it publishes another one.
    func saveMarks(_ marks: [Mark]) async {
        guard let last = marks.map(\.at).max() else { return }
        do {
            try await mark(last)
        } catch {
            log.warning("could not save a mark", ["error": "\(error)"])
        }
        await acknowledge(marks.map(\.tag))
    }

    /// Saves messages together. If the data of one is invalid, saves by halves until that one is alone. Only cancellation stops the retries, since
    /// giving up would lose events.
    private func settle(_ messages: ArraySlice<(delivery: Delivery, events: [Event])>) async -> Bool {
        let start = ContinuousClock.now
        do {
            let parts = try await retries.runByHalves(
                "save events", messages, log: log,
                { messages in
                    let events = messages.flatMap(\.events)
                    try await save(events)
                    await acknowledge(messages.map(\.delivery.tag))
                    metrics.saved(events, messages: messages.count, in: .now - start)
                    return true
                }, permanent: { await parkAndAcknowledge($0.delivery, "its events cannot be saved: \($1)") })
            return !parts.contains(false)
        } catch {
            // Cancelled.
            return false
        }
    }

    private func parkAndAcknowledge(_ delivery: Delivery, _ reason: String) async -> Bool {
        do { try await park(delivery, reason) } catch { return false }
        await acknowledge([delivery.tag])
        metrics.parked.increment()
        log.warning("parked a message that cannot be recorded", ["reason": reason.bounded(toBytes: 500)])
        return true
    }
}
