import Broker
import Contract
import Model
import Runtime
import Synchronization

/// Asks how far the record of a lane is, where somebody wants to rely on what is not on it: it publishes a mark, which the recorder writes down when all
/// that came before it is committed.
final class RecordMarker: Sendable {
    private struct State {
        var isScheduled = false
        var last: ContinuousClock.Instant?
    }

    /// Not more often, however many ask: a log-in code that is in doubt waits for one second.
    private static let interval = Duration.milliseconds(250)

    private let lane: Lane
    private let publish: @Sendable (OutgoingMessage) async -> Void
    private let state = Mutex(State())

    /// - Parameter publish: tries once. A mark that is lost is asked for again.
    init(lane: Lane, publish: @escaping @Sendable (OutgoingMessage) async -> Void) {
        self.lane = lane
        self.publish = publish
    }

    /// Sees to it that a mark is published which is younger than this call.
    func ask() {
        let now = ContinuousClock.now
        let wait = state.withLock { state -> Duration? in
            guard !state.isScheduled else { return nil }
            state.isScheduled = true
            return state.last.map { max(.zero, $0 + Self.interval - now) } ?? .zero
        }
        guard let wait else { return }
        Task { [self] in
            if wait > .zero { try? await Task.sleep(for: wait) }
            state.withLock { $0 = State(isScheduled: false, last: .now) }
            await publish(MarkMessage(at: .now).outgoing(on: lane))
        }
    }
}
