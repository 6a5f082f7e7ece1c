import Contract
import JSON
import Model

extension Submission {
    /// The id under which the request is known; nil where nobody can tell.
    var requestID: RequestID? {
        (try? request())?.dedupeKey.map { RequestID.derived(tenant: tenant, dedupeKey: $0) } ?? id
    }

    /// What is noted of a request that cannot be carried out; nil where it has no id to be noted under.
    func rejection(why: String) -> RequestLedger.Rejection? {
        requestID.map { id in
            RequestLedger.Rejection(
                key: RequestLedger.Key(tenant: tenant, request: id), reason: why.asReason())
        }
    }

    /// The event that tells the service what became of its request; none where the request has no id to be told by.
    func told(_ kind: RequestEvent.Kind, why: String, at now: Timestamp = .now) -> [Event] {
        guard let requestID else { return [] }
        return [
            .request(
                RequestEvent(
                    kind: kind, request: requestID, tenant: tenant, reference: (try? request())?.reference, lane: lane, at: now,
                    reason: why.asReason()))
        ]
    }
}
