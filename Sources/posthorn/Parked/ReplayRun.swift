import Broker
import Contract
import Parking

/// Replays parked messages, a group at a time: publish, wait for the confirms, remove the parked copies. It may be ended at any moment: a
/// copy that is still parked is replayed again, as a possible duplicate.
struct ReplayRun: Sendable {
    let queues: ParkedQueues
    let replayer: Replayer
    /// The broker user that publishes.
    let user: String
    let rate: Int
    /// At most so many messages.
    let limit: Int
    /// Whether to count only.
    let isDry: Bool
    /// Called after each group, with the number of messages that were parked.
    let report: @Sendable (ReplayTally, _ parked: Int) -> Void

    /// Returns at the end of the queues, at the limit, or between two groups when its task is cancelled.
    ///
    /// - Throws: `BrokerError` where a queue cannot be read.
    func run() async throws -> ReplayTally {
        var tally = ReplayTally()
        var pace = ReplayPace(rate: rate, from: .now)
        while tally.count < limit, !Task.isCancelled, let matches = try await queues.next() {
            let meant = matches.prefix(limit - tally.count)
            for group in stride(from: meant.startIndex, to: meant.endIndex, by: pace.groupSize) {
                let matches = meant[group..<min(group + pace.groupSize, meant.endIndex)]
                if !isDry { try? await Task.sleep(until: pace.take(matches.count)) }
                guard !Task.isCancelled else { return tally }
                do { try await replay(matches, &tally) } catch { return tally }
                report(tally, await queues.seen.reduce(0) { $0 + $1.depth })
            }
        }
        return tally
    }

    /// - Throws: `CancellationError` where the broker has not confirmed.
    private func replay(_ matches: ArraySlice<ParkedQueues.Match>, _ tally: inout ReplayTally) async throws(CancellationError) {
        var ready: [(replay: Replay, ticket: ParkedQueues.Ticket)] = []
        for match in matches {
            do throws(Replay.Obstacle) {
                ready.append((try Replay(of: match.copy, by: user), match.ticket))
            } catch {
                tally.add(obstacle: error.description)
            }
        }
        guard !isDry else { return tally.add(replayed: ready.count) }
        let outcomes = try await replayer.publish(ready.map(\.replay))
        var done: [ParkedQueues.Ticket] = []
        for (outcome, (_, ticket)) in zip(outcomes, ready) {
            switch outcome {
            case .confirmed: done.append(ticket)
            case .impossible(let why): tally.add(obstacle: why)
            }
        }
        await queues.acknowledge(done)
        tally.add(replayed: done.count)
    }
}
