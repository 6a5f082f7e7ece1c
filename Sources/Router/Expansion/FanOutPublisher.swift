import Broker
import Model
import Queueing
import Runtime

/// Publishes fan-outs until the broker has confirmed them. Each is done by itself: what one of them waits for, the others do not. What may
/// have been published before is marked as suspect, so that senders look twice.
struct FanOutPublisher: Sendable {
    /// About so many notifications are published at a time, so that a batch of requests does not stand in memory as messages all at once.
    private static let slice = 4000

    /// How long the confirms of a slice may take. What is not confirmed by then is published again.
    private static let limit: Duration = .seconds(60)

    let publisher: Publisher
    var retries = RetryPolicy.always
    let log: Log

    /// Publishes fan-outs once.
    ///
    /// - Returns: of each that is not confirmed as a whole, by its place, what is left of it.
    func attempt(_ fanOuts: [FanOut]) async -> [Int: FanOut] { await attempt(fanOuts, afterDelay: false) }

    /// Returns when everything is confirmed.
    ///
    /// - Throws: only `CancellationError`; the delivery that led here then stays unacknowledged and comes again.
    func publish(_ fanOut: FanOut) async throws {
        if let rest = await attempt([fanOut])[0] { try await persist(with: rest) }
    }

    /// Publishes what an attempt has left, until it is confirmed.
    ///
    /// - Throws: only `CancellationError`.
    func persist(with rest: FanOut) async throws {
        guard !rest.isEmpty else { return }
        var afterDelay = false
        try await retries.finish(rest) { rest in
            // A hold that is not full gives a lane that is what it takes, when it takes it.
            afterDelay = rest.isRefused && !afterDelay
            return await attempt([rest], afterDelay: afterDelay)[0]
        }
    }

    private func attempt(_ fanOuts: [FanOut], afterDelay: Bool) async -> [Int: FanOut] {
        var rests: [Int: FanOut] = [:]
        for slice in Self.slices(fanOuts) {
            let messages = FanOutMessage.messages(of: Array(fanOuts[slice]))
            let report = await publisher.attempt(messages.map { $0.outgoing(afterDelay: afterDelay) }, within: Self.limit)
            guard let first = report.failures.first else { continue }
            log.warning(
                "publishing again what is not confirmed",
                ["error": first.error, "messages": report.failures.count, "of": messages.count])
            var left: [Int: FanOut] = [:]
            for failure in report.failures {
                messages[failure.index].giveBack(to: &left, because: failure)
            }
            for (place, rest) in left { rests[slice.lowerBound + place] = rest }
        }
        return rests
    }

    /// Fan-outs in groups of about the size of a slice.
    private static func slices(_ fanOuts: [FanOut]) -> [Range<Int>] {
        var slices: [Range<Int>] = []
        var start = 0
        var count = 0
        for (place, fanOut) in fanOuts.enumerated() {
            count += fanOut.notifications.count
            guard count >= Self.slice || place == fanOuts.count - 1 else { continue }
            slices.append(start..<place + 1)
            (start, count) = (place + 1, 0)
        }
        return slices
    }
}
