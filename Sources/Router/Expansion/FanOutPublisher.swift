import Broker
import Model
import Runtime

/// Publishes fan-outs until the broker has confirmed them. What may have been published before is marked as suspect, so that senders look twice.
struct FanOutPublisher: Sendable {
    let publisher: Publisher
    let log: Log

    /// Returns when everything is confirmed.
    ///
    /// - Throws: only `CancellationError`; the deliveries that led here then stay unacknowledged and come again.
    func publish(_ fanOuts: [FanOut], and others: [OutgoingMessage] = []) async throws {
        var fanOuts = fanOuts
        var backOff = BackOff()
        while true {
            let messages = fanOuts.flatMap { $0.outgoing() } + others
            guard !messages.isEmpty else { return }
            do {
                try await publisher.publish(messages)
                return
            } catch {
                log.warning("a fan-out is not confirmed yet, trying again", ["error": "\(error)", "messages": messages.count])
                fanOuts = fanOuts.map { $0.suspected() }
                try await Task.sleep(for: backOff.delay())
            }
        }
    }
}

/// Tries until it succeeds, for what only needs the database to be there again.
func untilItSucceeds<Success>(
    _ what: String, log: Log, _ body: () async throws -> Success
) async throws -> Success {
    var backOff = BackOff()
    while true {
        do {
            return try await body()
        } catch {
            try Task.checkCancellation()
            log.warning("trying again", ["what": what, "error": "\(error)"])
            try await Task.sleep(for: backOff.delay())
        }
    }
}
