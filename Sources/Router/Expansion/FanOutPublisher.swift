import Broker
import Model
import Runtime

/// Publishes fan-outs until the broker has confirmed them. What may have been published before is marked as suspect, so that senders look twice.
struct FanOutPublisher: Sendable {
    /// About so many notifications are published at a time, so that a batch of requests does not stand in memory as messages all at once.
    private static let slice = 4000

    /// How long the confirms of a slice may take. What is not confirmed by then is published again as suspect.
    private static let limit: Duration = .seconds(60)

    let publisher: Publisher
    let log: Log

    /// Returns when everything is confirmed.
    ///
    /// - Throws: only `CancellationError`; the deliveries that led here then stay unacknowledged and come again.
    func publish(_ fanOuts: [FanOut], and others: [OutgoingMessage] = []) async throws {
        for slice in Self.slices(fanOuts) { try await publishUntilConfirmed(slice, []) }
        try await publishUntilConfirmed([], others)
    }

    private func publishUntilConfirmed(_ fanOuts: [FanOut], _ others: [OutgoingMessage]) async throws {
        var fanOuts = fanOuts
        var backOff = BackOff()
        while true {
            let messages = fanOuts.flatMap { $0.outgoing() } + others
            guard !messages.isEmpty else { return }
            do {
                try await publisher.publish(messages, within: Self.limit)
                return
            } catch {
                log.warning("a fan-out is not confirmed yet, trying again", ["error": "\(error)", "messages": messages.count])
                fanOuts = fanOuts.map { $0.suspected() }
                try await Task.sleep(for: backOff.delay())
            }
        }
    }
}

extension FanOutPublisher {
    /// Fan-outs in groups of about the size of a slice.
    private static func slices(_ fanOuts: [FanOut]) -> [[FanOut]] {
        var slices: [[FanOut]] = []
        var room = 0
        for fanOut in fanOuts {
            if room <= 0 {
                slices.append([])
                room = slice
            }
            slices[slices.count - 1].append(fanOut)
            room -= fanOut.notifications.count
        }
        return slices
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
