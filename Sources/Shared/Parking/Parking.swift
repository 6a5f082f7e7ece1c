public import Broker
public import Contract
import Queueing
public import Runtime
import Synchronization
import Topology

/// Parks messages for an operator, as much of them as there is room for.
///
/// What became of a request or notification is in its event; a parked message is only a copy to look at. So nothing may wait for its room: an
/// owner that parks more than its share, and a parked queue that is full, lose the copy, which is counted and logged
/// (`docs/decisions/0023-parked-copies-may-be-dropped.md`).
public final class Parking: Sendable {
    private enum Drop: String, CaseIterable {
        /// Its owner parks too much.
        case limit
        /// The queue takes no more.
        case full
        /// The broker does not take it for another reason that stays.
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

    /// - Parameter attempt: publishes and tells what the broker has not confirmed.
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
                let counters = Drop.allCases.map { why in
                    (
                        why,
                        metrics.counter(
                            "posthorn_parked_dropped_total", "Copies for parked queues that there was no room for",
                            labels: [("reason", cause.rawValue), ("why", why.rawValue)])
                    )
                }
                return (cause, Dictionary(uniqueKeysWithValues: counters))
            })
    }

    /// Returns when each message is confirmed or dropped. While the broker is away it waits.
    ///
    /// - Throws: only `CancellationError`, also where the publisher has been closed: then some are neither, and what led here must stay
    ///   unacknowledged.
    public func park(_ messages: [ParkedMessage]) async throws(CancellationError) {
        let admitted = messages.filter { message in
            let hasRoom = state.withLock { $0.budget.take(message.size, for: message.owner, at: .now) }
            if !hasRoom { drop(message, .limit) }
            return hasRoom
        }
        guard let rest = try await publish(admitted) else { return }
        try await retries.finish(rest, publish)
    }

    /// - Returns: what may be confirmed by another try; nil where nothing is left.
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

    private func drop(_ message: ParkedMessage, _ why: Drop) {
        dropped[message.cause]?[why]?.increment()
        guard let count = state.withLock({ $0.gate.admit() }) else { return }
        log.error(
            "dropped copies for a parked queue",
            ["queue": QueueName.parked(message.cause).name, "why": why.rawValue, "owner": message.owner, "count": count])
    }
}
