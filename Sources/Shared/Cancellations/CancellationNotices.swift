public import Control

/// Sends cancellations to the routers and senders.
public struct CancellationNotices: Sendable {
    /// Whether all of them know of a cancellation.
    public enum Reach: Sendable, Equatable {
        /// None of them begins anything of the request any more: only what was in flight is still sent.
        case everybody
        /// One did not answer in time, or it is not known who is there. It reads the cancellation from the database within half a minute.
        case unconfirmed
    }

    /// How long to wait for answers.
    private static let limit = Duration.seconds(2)

    private let control: ControlService

    /// - Parameter control: it watches routers and senders.
    public init(_ control: ControlService) {
        self.control = control
        control.expectAnswers(CancellationAnswer.self)
    }

    /// Call it when the cancellation is in the database, so that a process that starts meanwhile finds it there.
    public func send(_ cancellation: Cancellation) async -> Reach {
        let question = CancellationQuestion(cancellation)
        async let senders = control.ask(question, to: .all(.sender), within: Self.limit)
        async let routers = control.ask(question, to: .all(.router), within: Self.limit)
        let reached = await [senders.completeness, routers.completeness]
        return reached.allSatisfy { $0 == .complete } ? .everybody : .unconfirmed
    }
}
