import Model

/// A request that is to be expanded.
struct AdmittedRequest: Sendable {
    let decoded: DecodedRequest
    /// Whether an expansion of it may have begun before.
    let suspicion: Suspicion

    var id: RequestID { decoded.id }
    var request: Request { decoded.request }
    var service: ServiceName { decoded.submission.service }
}

/// Puts each request on record, and stops those that are there already. One whose expansion may have been cut short goes on as suspect, so
/// that the senders look twice.
struct DeduplicateStage: Stage {
    let ledger: RequestLedger

    func run(_ batch: [DecodedRequest]) async throws -> [Passage<AdmittedRequest>] {
        var seen: Set<RequestLedger.Key> = []
        let isFirstInBatch = batch.map { seen.insert(RequestLedger.Key($0)).inserted }
        let sightings = try await ledger.admit(zip(batch, isFirstInBatch).filter(\.1).map(\.0))
        return zip(batch, isFirstInBatch).map { decoded, isFirst in
            guard isFirst else { return .ended(.repeated) }
            return switch sightings[RequestLedger.Key(decoded)] {
            case .first: .onward(AdmittedRequest(decoded: decoded, suspicion: .none))
            case .unfinished, nil: .onward(AdmittedRequest(decoded: decoded, suspicion: .suspect))
            case .finished: .ended(.repeated)
            }
        }
    }
}
