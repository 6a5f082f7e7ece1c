import Model

/// Stops requests that their service has cancelled while they waited. They are recorded by then, so that a repeat is recognised.
struct CancelStage: Stage {
    let isCancelled: @Sendable (RequestLedger.Key) -> Bool

    func run(_ batch: Batch<AdmittedRequest>) -> Batch<AdmittedRequest> {
        batch.map { admitted in
            isCancelled(RequestLedger.Key(tenant: admitted.tenant, request: admitted.id)) ? .stop(.cancelled) : .proceed(admitted)
        }
    }
}
