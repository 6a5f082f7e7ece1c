import Broker
import Contract
import Model
import Runtime
import Synchronization
import Topology

/// Settles deliveries of one lane: publishes what follows from each, waits for the confirms, and only then acknowledges.
///
/// Outcomes come from any thread. Whatever has gathered while the last batch was being confirmed makes the next batch, so batches grow with
/// the load by themselves. Where nobody is waiting for the message, a batch gathers a little longer, because few large messages and few
/// acknowledgements cost the broker much less than many small ones.
final class Settler: Sendable {
    /// One notification that is done with for now, or a message that was none: what must be on the broker before its delivery may be
    /// acknowledged.
    struct Item: Sendable {
        let delivery: OpenDelivery
        var event: NotificationEvent?
        /// To be tried again after a hold.
        var hold: (notification: Notification, step: HoldStep)?
        var parked: ParkedMessage?
    }

    private struct State {
        var pending: [Item] = []
        var isFinishing = false
    }

    private let state = Mutex(State())
    private let wake: AsyncStream<Void>.Continuation
    private let wakes: AsyncStream<Void>
    private let publisher: Publisher
    private let inFlight: InFlight
    private let gathering: Duration
    private let log: Log

    /// - Parameters:
    ///   - inFlight: what is settled leaves it.
    ///   - gathering: how long a batch gathers at least before it is published.
    init(publisher: Publisher, inFlight: InFlight, gathering: Duration, log: Log) {
        self.publisher = publisher
        self.inFlight = inFlight
        self.gathering = gathering
        self.log = log
        (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes what is done. Never blocks.
    func settle(_ items: [Item]) {
        guard !items.isEmpty else { return }
        let isFirst = state.withLock { state in
            defer { state.pending.append(contentsOf: items) }
            return state.pending.isEmpty
        }
        if isFirst { wake.yield() }
    }

    /// After this, `run` returns as soon as nothing is pending.
    func finish() {
        state.withLock { $0.isFinishing = true }
        wake.yield()
    }

    /// Settles until `finish`.
    func run(acknowledging consumption: Consumption) async {
        for await _ in wakes {
            if gathering > .zero, !state.withLock(\.isFinishing) { try? await Task.sleep(for: gathering) }
            while let batch = takeBatch() {
                await publish(batch)
                await consumption.acknowledge(batch.filter { $0.delivery.settleOne() }.map(\.delivery.delivery.tag))
                inFlight.leave(batch.count)
            }
            if state.withLock({ $0.isFinishing && $0.pending.isEmpty }) { return }
        }
    }

    private func takeBatch() -> [Item]? {
        state.withLock { state in
            guard !state.pending.isEmpty else { return nil }
            defer { state.pending = [] }
            return state.pending
        }
    }

    /// Returns when everything is confirmed. Until then the deliveries stay unacknowledged, so nothing is lost if the process ends here.
    private func publish(_ batch: [Item]) async {
        let messages = Self.messages(for: batch)
        guard !messages.isEmpty else { return }
        var backOff = BackOff()
        while true {
            do {
                try await publisher.publish(messages, within: .seconds(60))
                return
            } catch {
                log.warning(
                    "what was settled is not confirmed yet, trying again", ["error": "\(error)", "messages": messages.count])
                try? await Task.sleep(for: backOff.delay())
                if Task.isCancelled { return }
            }
        }
    }

    /// In few messages: events by service and kind, and what is held by hold and by what it has in common.
    static func messages(for batch: [Item]) -> [OutgoingMessage] {
        var held: [HoldStep: [Notification]] = [:]
        for hold in batch.lazy.compactMap(\.hold) { held[hold.step, default: []].append(hold.notification) }
        return EventMessage.batches(of: batch.compactMap { $0.event.map { Event.notification($0) } }).map { $0.outgoing() }
            + held.flatMap { step, notifications in
                NotificationMessage.messages(of: notifications).map { $0.outgoing(holdFor: step) }
            }
            + batch.compactMap { $0.parked?.outgoing() }
    }
}
