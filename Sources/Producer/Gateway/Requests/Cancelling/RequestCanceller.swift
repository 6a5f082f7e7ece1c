import Accounts
import Cancellations
import Model

/// Cancels requests: records that nothing more of a request is to be sent, sends that to the routers and senders, and counts what is left.
///
/// The work does not depend on the size of the request: what waits is stopped where it waits, when its turn comes.
struct RequestCanceller: Sendable {
    let requests: RequestStore
    let counts: RequestCounts
    let cancellations: CancellationStore
    let notify: @Sendable (Cancellation) async -> CancellationNotices.Reach

    enum Outcome: Sendable {
        case onRecord(RequestStore.Record, CountCache.Answer, CancellationNotices.Reach)
        /// Nothing is on record under the id. If it is accepted and waits for the router, it is stopped there.
        case awaited(CancellationNotices.Reach)
        /// No request of the service can have this id.
        case unknown
    }

    /// - Throws: `Problem` 503, where the request cannot be counted now, although it is cancelled; `DatabaseError`. A repeat is safe.
    func cancel(_ id: RequestID, of tenant: Tenant) async throws -> Outcome {
        guard let before = try await requests.find(id, of: tenant) else {
            guard id.mayWaitForRouter(at: .now) else { return .unknown }
            return .awaited(await notify(try await cancellations.cancel(id, of: tenant)))
        }
        guard before.mayBeCancelled else {
            return .onRecord(before, try await counts.answer(for: before, of: tenant), .everybody)
        }
        let cancellation = try await cancellations.cancel(id, of: tenant)
        let reach = await notify(cancellation)
        let cancelled = try await requests.find(id, of: tenant) ?? before
        let answer = try await counts.answer(for: cancelled, of: tenant)
        guard before.state == "expanded", answer.counts.hasNothingToStop else {
            return .onRecord(cancelled, answer, reach)
        }
        try await cancellations.markFinished(id, of: tenant)
        return .onRecord(before, answer, reach)
    }
}

extension RequestStore.Record {
    /// A request that was rejected, or expired, has nothing that could be stopped.
    fileprivate var mayBeCancelled: Bool { !["rejected", "expired"].contains(state) }
}

extension RequestStore.Counts {
    /// Whether everything has been sent or has failed. Where nothing is on record that is not known.
    fileprivate var hasNothingToStop: Bool {
        total > 0 && total >= expected && number(of: .created) == 0 && number(of: .cancelled) == 0
    }
}

extension RequestID {
    /// The longest time for which a request may wait for the router.
    private static var longestWait: Duration { .seconds(86_400) }
    /// How far the clock that made an id may be ahead.
    private static var clockSkew: Duration { .seconds(300) }

    /// Whether a request of this id may have been accepted and not yet be on record. Only a version 7 id says when it was made; of all others,
    /// such as one that is derived from a dedupe key, that is not known.
    func mayWaitForRouter(at now: Timestamp) -> Bool {
        guard version == 7 else { return true }
        return now - Self.longestWait < time && time < now + Self.clockSkew
    }
}
