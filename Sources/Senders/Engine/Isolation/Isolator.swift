import Broker
import Contract
import Model
import Queueing
import Runtime
import Topology

/// Moves what was returned too often, without decoding it: publishes the copy until it is confirmed, and then acknowledges the delivery.
struct Isolator: Sendable {
    let medium: Medium
    let lane: Lane
    let publish: @Sendable ([OutgoingMessage]) async -> PublishReport
    let metrics: IsolationMetrics
    let retries: RetryPolicy
    let log: Log

    /// - Returns: nil where the delivery is to be begun.
    func move(for delivery: Delivery, on traffic: Traffic) -> OutgoingMessage? {
        let message = ReturnedMessage(delivery)
        switch ReturnRule.step(returns: message.returns, on: traffic) {
        case .begin: return nil
        case .isolate:
            metrics.isolated.increment()
            return message.isolated(returns: ReturnRule.isolatedAfter, medium: medium, lane: lane)
        case .park:
            metrics.parked.increment()
            log.error("parked a message that ends the process", ["returns": message.returns])
            return message.poison
        }
    }

    /// Returns when each message is confirmed. The broker's refusals are retried, too: nothing else may be done with the deliveries. Only of
    /// what is parked: then its queue is full, and the copy is dropped. The queue of the reports, on the same exchange, takes everything, so its service is informed;
    /// a retry would report it again.
    ///
    /// - Throws: only `CancellationError`, when the publisher is closed. Then the deliveries must stay unacknowledged.
    func confirm(_ messages: [OutgoingMessage]) async throws(CancellationError) {
        func once(_ messages: [OutgoingMessage]) async throws(CancellationError) -> [OutgoingMessage]? {
            let failures = await publish(messages).failures
            if failures.contains(where: { $0.error == .closed }) { throw CancellationError() }
            let again = failures.compactMap {
                return $0.error == .refused && messages[$0.index].exchange == ExchangeName.poison.name ? nil : messages[$0.index]
            }
            if again.count < failures.count {
                log.error(
                    "dropped copies of what ends the process: their queue is full", ["messages": failures.count - again.count])
            }
            guard let failure = failures.first, !again.isEmpty else { return nil }
            log.warning("isolation not confirmed, trying again", ["error": failure.error.description, "messages": again.count])
            return again
        }
        if let rest = try await once(messages) { try await retries.finish(rest, once) }
    }
}

/// The metrics of one lane's isolation.
struct IsolationMetrics: Sendable {
    let isolated: Counter
    let parked: Counter

    init(medium: Medium, lane: Lane, metrics: Metrics) {
        func counter(_ step: String) -> Counter {
            metrics.counter(
                "posthorn_sender_returned_total", "Messages that were returned too often: sent alone, or parked as poison",
                labels: [("medium", medium.rawValue), ("lane", lane.rawValue), ("step", step)])
        }
        (isolated, parked) = (counter("isolated"), counter("parked"))
    }
}
