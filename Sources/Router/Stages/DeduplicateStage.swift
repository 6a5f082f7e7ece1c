import Model

/// A request that is to be expanded.
struct AdmittedRequest: Sendable {
    let id: RequestID
    let tenant: TenantName
    let lane: Lane
    let request: Request
    let sentAt: Timestamp
    let traceparent: String?
    /// Whether an expansion of it may have begun before.
    let duplicateRisk: DuplicateRisk
    /// What was decided of it when it was taken first.
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

/// Puts each request on record, and stops those that are there already. One whose expansion may have been cut short goes on as suspect, so
/// that the senders look twice. Another request under a key that is in use is no repeat, and nothing is done about it.
///
/// That a request is on record as expanded does not say that all of its notifications are on their lanes: it is told of beside them, and a
/// lane may have refused some. Whoever waits for that has not acknowledged it. So one that the broker delivers again goes on as well.
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
        let sightings = try await ledger.admit(isFirstInBatch.values.filter(\.1).map(\.0))
        return isFirstInBatch.map { decoded, isFirst in
            let key = RequestLedger.Key(decoded)
            guard isFirst else { return .stop(digests[key] == decoded.digest ? .repeated : .conflict) }
            return switch sightings[key] {
            case .first(let decisions):
                .proceed(AdmittedRequest(decoded, duplicateRisk: .none, decisions: decisions))
            case .finished(let decisions) where redelivered.contains(key), .unfinished(let decisions):
                .proceed(AdmittedRequest(decoded, duplicateRisk: .possible, decisions: decisions))
            case .conflict: .stop(.conflict)
            case .finished, nil: .stop(.repeated)
            }
        }
    }
}
