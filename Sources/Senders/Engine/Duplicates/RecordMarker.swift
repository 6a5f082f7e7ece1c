import Broker
import Contract
import Model
import Runtime
import Synchronization

/// Finds out how far the record of a lane is, for a caller that must rely on what is missing from it: publishes a mark, which the recorder
/// records when everything before it is committed.
final class RecordMarker: Sendable {
    private struct State {
        var isScheduled = false
        var last: ContinuousClock.Instant?
    }

    /// The shortest time between two marks. The priority lane reads the record again for one second only.
    private static let interval = Duration.milliseconds(250)

    private let lane: Lane
    private let publish: @Sendable (OutgoingMessage) async -> Void
    private let state = Mutex(State())

    /// - Parameter publish: tries once. If a mark is lost, the caller asks again.
    init(lane: Lane, publish: @escaping @Sendable (OutgoingMessage) async -> Void) {
        self.lane = lane
        self.publish = publish
    }

    /// Has a mark published that is newer than this call.
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
