import Contract
import JSON
import Model

extension Submission {
    /// The id of the request; nil if it has neither a readable dedupe key nor a message id.
    var requestID: RequestID? {
        (try? request())?.dedupeKey.map { RequestID.derived(tenant: tenant, dedupeKey: $0) } ?? id
    }

    /// The rejection to record for a request that cannot be carried out; nil if it has no id.
    func rejection(why: String) -> RequestLedger.Rejection? {
        requestID.map { id in
            RequestLedger.Rejection(
                key: RequestLedger.Key(tenant: tenant, request: id), reason: why.asReason())
        }
    }

    /// The event that reports the outcome of the request to its tenant; none if the request has no id.
    func events(_ kind: RequestEvent.Kind, why: String, at now: Timestamp = .now) -> [Event] {
        guard let requestID else { return [] }
        return [
            .request(
                RequestEvent(
                    kind: kind, request: requestID, tenant: tenant, reference: (try? request())?.reference, lane: lane, at: now,
                    reason: why.asReason()))
        ]
    }
}
