import Contract
import Model

/// A request that was decoded, with its final id.
struct DecodedRequest: Sendable {
    let id: RequestID
    let tenant: TenantName
    let lane: Lane
    let request: Request
    let sentAt: Timestamp
    let traceparent: String?
    /// Distinguishes it from another request under the same dedupe key; nil if it has none.
    let digest: [UInt8]?
    /// Whether the broker has redelivered it.
    let isRedelivered: Bool

    init(_ submission: Submission, id: RequestID, request: Request) {
        self.id = id
        tenant = submission.tenant
        lane = submission.lane
        self.request = request
        sentAt = submission.sentAt
        traceparent = submission.traceparent
        digest = request.digest
        isRedelivered = submission.isRedelivered
    }
}

/// Decodes the document and finds the id of the request: its message id, or the one that is derived from its dedupe key.
struct DecodeStage: Stage {
    /// The media that a request may name.
    let media: Media

    func run(_ batch: Batch<Submission>) -> Batch<DecodedRequest> {
        batch.map { submission in
            let request: Request
            do throws(ContractError) {
                request = try submission.request(known: media)
            } catch {
                return .stop(.rejected(why: error.description))
            }
            if let key = request.dedupeKey {
                let id = RequestID.derived(tenant: submission.tenant, dedupeKey: key)
                return .proceed(DecodedRequest(submission, id: id, request: request))
            }
            guard let id = submission.id else {
                return .stop(
                    .rejected(why: "message-id must be a UUID, preferably version 7, unless the request has a dedupe_key"))
            }
            return .proceed(DecodedRequest(submission, id: id, request: request))
        }
    }
}
