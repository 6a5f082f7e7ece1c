import Model

/// A request that is to be expanded.
struct AdmittedRequest: Sendable {
    let id: RequestID
    let tenant: TenantName
    let lane: Lane
    let request: Request
    let sentAt: Timestamp
    let traceparent: String?
    /// Whether it may have been expanded before, in part or as a whole.
    let duplicateRisk: DuplicateRisk
    /// What was decided when it was admitted first.
    let decisions: RequestLedger.Decisions

    init(_ decoded: DecodedRequest, duplicateRisk: DuplicateRisk, decisions: RequestLedger.Decisions) {
        id = decoded.id
        tenant = decoded.tenant
        lane = decoded.lane
        request = decoded.request
        sentAt = decoded.sentAt
        traceparent = decoded.traceparent
        self.duplicateRisk = duplicateRisk
        self.decisions = decisions
    }
}

/// Records each request, and stops those that are recorded already. A request whose expansion may have been interrupted proceeds as a possible
/// duplicate, so that the senders look it up. A different request under a key that is in use is a conflict and is not carried out.
///
/// A request that is recorded as expanded may still have notifications that are not on their lanes: its event is published together with
/// them, and a lane may have rejected some. A router that waits for the lane has not acknowledged the request. So a redelivered request
/// proceeds too.
struct DeduplicateStage: Stage {
    let ledger: RequestLedger

    func run(_ batch: Batch<DecodedRequest>) async throws -> Batch<AdmittedRequest> {
        var digests: [RequestLedger.Key: [UInt8]?] = [:]
        let isFirstInBatch = batch.map { decoded in
            let key = RequestLedger.Key(decoded)
            guard digests[key] == nil else { return .proceed((decoded, false)) }
            digests[key] = .some(decoded.digest)
            return .proceed((decoded, true))
        }
        let redelivered = Set(batch.values.filter(\.isRedelivered).map { RequestLedger.Key($0) })
        let admissions = try await ledger.admit(isFirstInBatch.values.filter(\.1).map(\.0))
        return isFirstInBatch.map { decoded, isFirst in
            let key = RequestLedger.Key(decoded)
            guard isFirst else { return .stop(digests[key] == decoded.digest ? .repeated : .conflict) }
            return switch admissions[key] {
            case .first(let decisions):
                .proceed(AdmittedRequest(decoded, duplicateRisk: .none, decisions: decisions))
            case .finished(let decisions) where redelivered.contains(key), .unfinished(let decisions):
                .proceed(AdmittedRequest(decoded, duplicateRisk: .possible, decisions: decisions))
            case .conflict: .stop(.conflict)
            case .cancelled: .stop(.cancelled)
            case .finished, nil: .stop(.repeated)
            }
        }
    }
}
