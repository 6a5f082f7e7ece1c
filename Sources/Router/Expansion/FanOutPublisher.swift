import Broker
import Model
import Queueing
import Runtime

/// Publishes fan-outs until the broker has confirmed them. Each is finished separately: a wait for one does not delay the others. Notifications
/// that may have been published before are marked as possible duplicates, so that senders look them up.
struct FanOutPublisher: Sendable {
    /// About how many notifications are published at a time, so that not all messages of a batch are in memory at once.
    private static let slice = 4000

    /// How long to wait for the confirms of a slice. Unconfirmed messages are then published again.
    private static let limit: Duration = .seconds(60)

    let publisher: Publisher
    var retries = RetryPolicy.always
    let log: Log

    /// Publishes fan-outs once.
    ///
    /// - Returns: for each fan-out that is not fully confirmed, by its index, what is left of it.
    func attempt(_ fanOuts: [FanOut]) async -> [Int: FanOut] { await attempt(fanOuts, afterDelay: false) }

    /// Returns when everything is confirmed.
    ///
    /// - Throws: only `CancellationError`; the delivery then stays unacknowledged and is redelivered.
    func publish(_ fanOut: FanOut) async throws {
        if let rest = await attempt([fanOut])[0] { try await persist(with: rest) }
    }

    /// Publishes what is left of an attempt until it is confirmed.
    ///
    /// - Throws: only `CancellationError`.
    func persist(with rest: FanOut) async throws {
        guard !rest.isEmpty else { return }
        var afterDelay = false
        try await retries.finish(rest) { rest in
            // If the lane is full, the messages go to a retry delay queue, from which the lane receives them when it has room. If that queue is
            // full too, the next attempt publishes to the lane again.
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
                "publishing unconfirmed messages again",
                ["error": first.error, "messages": report.failures.count, "of": messages.count])
            var left: [Int: FanOut] = [:]
            for failure in report.failures {
                messages[failure.index].restore(to: &left, because: failure)
            }
            for (place, rest) in left { rests[slice.lowerBound + place] = rest }
        }
        return rests
    }

    /// Groups of consecutive fan-outs, each of about the size of a slice.
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
