import Model

/// A request that is to be expanded.
struct AdmittedRequest: Sendable {
    let decoded: DecodedRequest
    /// Whether an expansion of it may have begun before.
    let suspicion: Suspicion
    /// What was decided of it when it was taken first.
    let decisions: RequestLedger.Decisions

    var id: RequestID { decoded.id }
    var request: Request { decoded.request }
    var service: ServiceName { decoded.submission.service }
}

/// Puts each request on record, and stops those that are there already. One whose expansion may have been cut short goes on as suspect, so
/// that the senders look twice. Another request under a key that is in use is no repeat, and nothing is done about it.
///
/// That a request is on record as expanded does not say that all of its notifications are on their lanes: it is told of beside them, and a
/// lane may have refused some. Whoever waits for that has not acknowledged it. So one that the broker delivers again goes on as well.
struct DeduplicateStage: Stage {
    let ledger: RequestLedger

    func run(_ batch: [DecodedRequest]) async throws -> [Passage<AdmittedRequest>] {
        var first: [RequestLedger.Key: DecodedRequest] = [:]
        let isFirstInBatch = batch.map { decoded in
            let key = RequestLedger.Key(decoded)
            if first[key] != nil { return false }
            first[key] = decoded
            return true
        }
        let redelivered = Set(batch.filter(\.submission.isRedelivered).map { RequestLedger.Key($0) })
        let sightings = try await ledger.admit(zip(batch, isFirstInBatch).filter(\.1).map(\.0))
        return zip(batch, isFirstInBatch).map { decoded, isFirst in
            let key = RequestLedger.Key(decoded)
            guard isFirst else {
                return .ended(first[key]?.digest == decoded.digest ? .repeated : .conflict)
            }
            return switch sightings[key] {
            case .first(let decisions):
                .onward(AdmittedRequest(decoded: decoded, suspicion: .none, decisions: decisions))
            case .finished(let decisions) where redelivered.contains(key), .unfinished(let decisions):
                .onward(AdmittedRequest(decoded: decoded, suspicion: .suspect, decisions: decisions))
            case .conflict: .ended(.conflict)
            case .finished, nil: .ended(.repeated)
            }
        }
    }
}
