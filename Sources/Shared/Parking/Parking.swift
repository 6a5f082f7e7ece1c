public import Broker
public import Contract
import Queueing
public import Runtime
import Synchronization
import Topology

/// Parks copies of messages for an operator, within limits.
///
/// The outcome of a request or notification is in its event; a parked message is only a copy for inspection. So nothing waits for room on a
/// parked queue: if the owner parks too much or the queue is full, the copy is dropped, counted and logged
/// (`docs/decisions/0023-parked-copies-may-be-dropped.md`).
public final class Parking: Sendable {
    private enum Drop: String, CaseIterable {
        /// Its owner has used up its budget.
        case limit
        /// The queue is full.
        case full
        /// The broker rejects it permanently for another reason.
        case refused
    }

    private struct State {
        var budget: ParkingBudget
        var gate = LogGate()
    }

    private let attempt: @Sendable ([OutgoingMessage]) async -> PublishReport
    private let retries: RetryPolicy
    private let log: Log
    private let dropped: [ParkedReason: [Drop: Counter]]
    private let state: Mutex<State>

    public convenience init(publisher: Publisher, log: Log, metrics: Metrics) {
        self.init(log: log, metrics: metrics) { await publisher.attempt($0) }
    }

    /// - Parameter attempt: publishes once and reports what the broker has not confirmed.
    init(
        log: Log, metrics: Metrics, budget: ParkingBudget = ParkingBudget(),
        retries: RetryPolicy = .always,
        attempt: @escaping @Sendable ([OutgoingMessage]) async -> PublishReport
    ) {
        self.attempt = attempt
        self.retries = retries
        self.log = log
        state = Mutex(State(budget: budget))
        dropped = Dictionary(
            uniqueKeysWithValues: ParkedReason.allCases.map { cause in
                let counters = Drop.allCases.map { reason in
                    (
                        reason,
                        metrics.counter(
                            "posthorn_parked_dropped_total", "Copies for parked queues that were dropped.",
                            labels: [("queue", QueueName.parked(cause).name), ("reason", reason.rawValue)])
                    )
                }
                return (cause, Dictionary(uniqueKeysWithValues: counters))
            })
    }

    /// Returns when each message is confirmed or dropped. While the broker is away it waits.
    ///
    /// - Throws: only `CancellationError`, also where the publisher has been closed. Then some messages are neither, and their deliveries
    ///   must stay unacknowledged.
    public func park(_ messages: [ParkedMessage]) async throws(CancellationError) {
        let admitted = messages.filter { message in
            let hasRoom = state.withLock { $0.budget.take(message.size, for: message.owner, at: .now) }
            if !hasRoom { drop(message, .limit) }
            return hasRoom
        }
        guard let rest = try await publish(admitted) else { return }
        try await retries.finish(rest, publish)
    }

    /// - Returns: the messages to publish again; nil where there are none.
    private func publish(_ messages: [ParkedMessage]) async throws(CancellationError) -> [ParkedMessage]? {
        guard !messages.isEmpty else { return nil }
        var again: [ParkedMessage] = []
        for failure in await attempt(messages.map { $0.outgoing() }).failures {
            switch failure.error {
            case .closed: throw CancellationError()
            case .refused: drop(messages[failure.index], .full)
            case let error where error.isTransient: again.append(messages[failure.index])
            default: drop(messages[failure.index], .refused)
            }
        }
        return again.isEmpty ? nil : again
    }

    private func drop(_ message: ParkedMessage, _ reason: Drop) {
        dropped[message.cause]?[reason]?.increment()
        guard let count = state.withLock({ $0.gate.admit() }) else { return }
        log.error(
            "dropped copies for a parked queue",
            ["queue": QueueName.parked(message.cause).name, "reason": reason.rawValue, "owner": message.owner, "count": count])
    }
}
