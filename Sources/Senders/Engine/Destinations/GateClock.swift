/// The current time, and a call at a later time. Tests use one that they advance by hand.
struct GateClock: Sendable {
    var now: @Sendable () -> ContinuousClock.Instant
    var call: @Sendable (_ at: ContinuousClock.Instant, _ body: @escaping @Sendable () -> Void) -> Void

    static let system = GateClock(
        now: { .now },
        call: { instant, body in
            Task {
                try? await Task.sleep(until: instant, clock: .continuous)
                body()
            }
        })
}
