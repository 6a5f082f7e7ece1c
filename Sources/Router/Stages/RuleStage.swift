import Model

/// Applies the rules that a request sets itself: after it has expired, nothing is sent.
struct RuleStage: Stage {
    let now: @Sendable () -> Timestamp

    func run(_ batch: Batch<AddressedRequest>) -> Batch<AddressedRequest> {
        let now = now()
        return batch.map { addressed in
            if let expiresAt = addressed.request.expiresAt, expiresAt < now { .stop(.expired) } else { .proceed(addressed) }
        }
    }
}
