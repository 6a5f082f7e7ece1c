import Accounts
import Broker
import Contract
import Model
import Synchronization

/// Hands requests to the broker.
///
/// Requests of one service and lane that come while others of them are on their way go together in one message. Who begins such a group
/// publishes it, and passes the result to the others.
///
/// What is on its way on a lane is bounded, and services share that (`AcceptanceShares`).
final class RequestAcceptor: Sendable {
    private struct Key: Hashable {
        let tenant: TenantName
        let lane: Lane
    }

    private let publisher: @Sendable (Lane) -> Publisher
    /// The broker user of the connection, which the broker holds against each message.
    private let user: String
    /// How long the broker may take, so that every sender has its answer within two seconds.
    private let limit: Duration
    private let groups = Mutex<[Key: GroupCommit<Waiting>]>([:])
    private let shares: Mutex<[Lane: AcceptanceShares]>

    /// - Parameters:
    ///   - requestLimit: how many requests of a lane may be on their way to the broker.
    ///   - byteLimit: how long their documents may be together, in bytes.
    ///   - publisher: over which a lane's requests go.
    init(
        user: String, requestLimit: Int, byteLimit: Int, limit: Duration = .milliseconds(1800),
        publisher: @escaping @Sendable (Lane) -> Publisher
    ) {
        shares = Mutex(
            Dictionary(
                uniqueKeysWithValues: Lane.allCases.map {
                    ($0, AcceptanceShares(requestLimit: requestLimit, byteLimit: byteLimit))
                }))
        self.publisher = publisher
        self.user = user
        self.limit = limit
    }

    /// Returns when the broker has confirmed the request.
    ///
    /// - Parameter body: the request's document.
    /// - Throws: `PublishError`: `.overloaded` where too much is on its way, and then nothing was sent. After any other, whether the request
    ///   was taken is not known; a repeat with the same dedupe key is the same request.
    func accept(_ request: Request, id: RequestID, body: [UInt8], of tenant: Tenant, traceparent: String?)
        async throws(PublishError)
    {
        let lane = request.lane
        guard shares.withLock({ $0[lane]!.enter(body.count, of: tenant.name) }) else { throw .overloaded }
        defer { shares.withLock { $0[lane]!.leave(body.count, of: tenant.name) } }
        try await publish(
            Submission(
                tenant: tenant.name, lane: lane, id: id, user: user, traceparent: traceparent, body: body))
    }

    private func publish(_ submission: Submission) async throws(PublishError) {
        let key = Key(tenant: submission.tenant, lane: submission.lane)
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
