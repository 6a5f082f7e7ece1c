import Broker
import Contract
import Model
import Synchronization

/// Hands requests to the broker.
///
/// Requests of one service and lane that come while others of them are on their way go together in one message. Who begins such a group
/// publishes it, and tells the others what came of it.
final class RequestAcceptor: Sendable {
    private struct Key: Hashable {
        let service: ServiceName
        let lane: Lane
    }

    private let publisher: @Sendable (Lane) -> Publisher
    /// The broker user of the connection, which the broker holds against each message.
    private let user: String
    /// How long the broker may take, so that every sender has its answer within two seconds.
    private let limit: Duration
    private let groups = Mutex<[Key: GroupCommit<Waiting>]>([:])

    /// - Parameter publisher: over which a lane's requests go.
    init(user: String, limit: Duration = .milliseconds(1800), publisher: @escaping @Sendable (Lane) -> Publisher) {
        self.publisher = publisher
        self.user = user
        self.limit = limit
    }

    /// Returns when the broker has confirmed the request.
    ///
    /// - Parameter body: the request's document.
    /// - Throws: `PublishError`. Whether the request was taken is then not known; a repeat with the same dedupe key is the same request.
    func accept(_ request: Request, id: RequestID, body: [UInt8], of tenant: Tenant, traceparent: String?)
        async throws(PublishError)
    {
        try await publish(
            Submission(
                service: tenant.name, lane: request.lane, id: id, user: user, traceparent: traceparent, body: body))
    }

    private func publish(_ submission: Submission) async throws(PublishError) {
        let key = Key(service: submission.service, lane: submission.lane)
        let deadline = ContinuousClock.now + limit
        switch await turn(of: submission, key) {
        case .followed(let result): try result.get()
        case .leads(let group):
            let result = await publish(group, until: deadline)
            let next = groups.withLock { groups in
                let next = groups[key]?.finish()
                if groups[key]?.isIdle ?? false { groups[key] = nil }
                return next
            }
            next?.lead()
            for waiting in group.dropFirst() { waiting.continuation.resume(returning: .followed(result)) }
            try result.get()
        }
    }

    /// Waits until the submission has been published with others, or is the first of a group that is to be published now.
    private func turn(of submission: Submission, _ key: Key) async -> Turn {
        await withCheckedContinuation { continuation in
            let waiting = Waiting(submission: submission, continuation: continuation)
            groups.withLock {
                $0[key, default: GroupCommit(capacity: submission.lane.messageCapacity)].add(waiting)
            }?.lead()
        }
    }

    private func publish(_ group: [Waiting], until deadline: ContinuousClock.Instant) async -> Result<Void, PublishError> {
        let messages = RequestMessage.messages(of: group.map(\.submission)).map { $0.outgoing() }
        do {
            try await publisher(group[0].submission.lane).publish(messages, within: deadline - .now)
            return .success(())
        } catch { return .failure(error) }
    }
}

/// A submission that has not been published yet.
private struct Waiting {
    let submission: Submission
    let continuation: CheckedContinuation<Turn, Never>
}

private enum Turn {
    case leads([Waiting])
    case followed(Result<Void, PublishError>)
}

extension [Waiting] {
    fileprivate func lead() { self[0].continuation.resume(returning: .leads(self)) }
}
