import Broker
import Contract
import Database
import Model
import Runtime

/// Saves a batch of messages and acknowledges them, in this order. What cannot be saved is parked; what cannot be saved *now* is
/// tried until it can.
struct Flusher: Sendable {
    /// Returns when the events are committed.
    let save: @Sendable ([Event]) async throws -> Void
    /// Returns when everything that was published before this moment is noted to be on record.
    let mark: @Sendable (Timestamp) async throws -> Void
    /// Returns when the parked message is confirmed or dropped.
    let park: @Sendable (Delivery, _ reason: String) async throws -> Void
    let acknowledge: @Sendable ([DeliveryTag]) async -> Void
    let metrics: RecorderMetrics
    let log: Log
    var backOff: @Sendable () -> BackOff = { BackOff() }

    /// Returns when each message is saved or parked, and acknowledged. A cancelled task leaves the rest unacknowledged: the
    /// broker delivers it again.
    ///
    /// - Returns: whether nothing was left.
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
        for message in unreadable where !(await setAside(message.delivery, message.reason)) { isDone = false }
        return isDone
    }

    /// Notes how far the record is. Where that fails, the sender that wanted to know asks again.
    func note(_ marks: [Mark]) async {
        guard let last = marks.map(\.at).max() else { return }
        do {
            try await mark(last)
        } catch {
            log.warning("could not note how far the record is", ["error": "\(error)"])
        }
        await acknowledge(marks.map(\.tag))
    }

    /// Saves messages together; where the data of one is at fault, by halves, until that one is alone.
    private func settle(_ messages: ArraySlice<(delivery: Delivery, events: [Event])>) async -> Bool {
        let start = ContinuousClock.now
        let events = messages.flatMap(\.events)
        do {
            try await untilDone("save events") { try await save(events) }
            await acknowledge(messages.map(\.delivery.tag))
            metrics.saved(events, messages: messages.count, in: .now - start)
            return true
        } catch let error as DatabaseError where error.isFaultOfData {
            guard messages.count > 1 else {
                let delivery = messages[messages.startIndex].delivery
                return await setAside(delivery, "its events cannot be saved: \(error)")
            }
            let middle = messages.startIndex + messages.count / 2
            let isFirstDone = await settle(messages[..<middle])
            let isRestDone = await settle(messages[middle...])
            return isFirstDone && isRestDone
        } catch {
            // Cancelled.
            return false
        }
    }

    private func setAside(_ delivery: Delivery, _ reason: String) async -> Bool {
        do { try await park(delivery, reason) } catch { return false }
        await acknowledge([delivery.tag])
        metrics.parked.increment()
        log.warning("parked a message that cannot be recorded", ["reason": reason.bounded(toBytes: 500)])
        return true
    }

    /// Tries until it succeeds, since giving up would lose what happened. Only the fault of the data itself and cancellation end
    /// it.
    private func untilDone(_ what: String, _ body: () async throws -> Void) async throws {
        var backOff = backOff()
        while true {
            do {
                return try await body()
            } catch let error as DatabaseError where error.isFaultOfData {
                throw error
            } catch {
                try Task.checkCancellation()
                metrics.retries.increment()
                log.warning("trying again", ["what": what, "error": "\(error)"])
                try await Task.sleep(for: backOff.delay())
            }
        }
    }
}
