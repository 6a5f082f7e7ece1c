public import Broker
public import Contract
public import Queueing

/// Publishes replays until the broker has confirmed them.
///
/// The copies come first, then the events: if the process dies between them, the notifications are sent and their own events say so.
public struct Replayer: Sendable {
    /// What happened to a replay.
    public enum Outcome: Sendable, Equatable {
        /// The parked copy may be acknowledged.
        case confirmed
        /// The broker will never take it. The parked copy must stay.
        case impossible(why: String)
    }

    private let attempt: @Sendable ([OutgoingMessage]) async -> PublishReport
    private let retries: RetryPolicy

    public init(publisher: Publisher, retries: RetryPolicy = .always) {
        self.init(retries: retries) { await publisher.attempt($0) }
    }

    /// - Parameter attempt: publishes once and reports what the broker has not confirmed.
    init(retries: RetryPolicy = .always, attempt: @escaping @Sendable ([OutgoingMessage]) async -> PublishReport) {
        self.attempt = attempt
        self.retries = retries
    }

    /// Returns when each replay is confirmed, or found impossible. While the broker is away, or a queue is full, it tries again.
    ///
    /// - Returns: the outcome of each, in order.
    /// - Throws: only `CancellationError`; then the parked copies must stay.
    public func publish(_ replays: [Replay]) async throws(CancellationError) -> [Outcome] {
        var outcomes = Array(repeating: Outcome.confirmed, count: replays.count)
        try await confirm(replays.map(\.messages), &outcomes)
        let events = zip(replays, outcomes).map { replay, outcome in
            outcome == .confirmed ? EventMessage.batches(of: replay.events).map { $0.outgoing() } : []
        }
        try await confirm(events, &outcomes)
        return outcomes
    }

    private func confirm(_ messages: [[OutgoingMessage]], _ outcomes: inout [Outcome]) async throws(CancellationError) {
        var outcomesOfThis = outcomes
        let all = messages.enumerated().flatMap { place, messages in messages.map { (place: place, message: $0) } }
        func once(_ parts: [(place: Int, message: OutgoingMessage)]) async throws(CancellationError)
            -> [(place: Int, message: OutgoingMessage)]?
        {
            var again: [(place: Int, message: OutgoingMessage)] = []
            for failure in await attempt(parts.map(\.message)).failures {
                switch failure.error {
                case .closed: throw CancellationError()
                case let error where error.isTransient: again.append(parts[failure.index])
                case let error: outcomesOfThis[parts[failure.index].place] = .impossible(why: error.description)
                }
            }
            return again.isEmpty ? nil : again
        }
        if !all.isEmpty, let rest = try await once(all) { try await retries.finish(rest, once) }
        outcomes = outcomesOfThis
    }
}
