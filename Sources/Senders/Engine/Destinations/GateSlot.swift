/// What a gate knows of one destination.
struct GateSlot<Entry> {
    let destination: Destination
    var waiting = FairQueue<Entry>()
    var account = Account()
    var pace: Pace
    /// How many may run at once while it answers.
    private var limit: Int
    /// Its time to answer, smoothed; nil until it has answered.
    private(set) var latency: Duration?

    init(destination: Destination, limit: Int, at now: ContinuousClock.Instant) {
        self.destination = destination
        self.limit = limit
        pace = Pace(at: now)
    }

    func patience(_ limits: GateLimits) -> Duration { limits.patience(latency: latency) }

    func isMoving(_ limits: GateLimits, at now: ContinuousClock.Instant) -> Bool {
        account.isMoving(within: patience(limits), at: now)
    }

    /// Whether it answers, but slowly.
    var isSlow: Bool { latency.map { $0 > GateLimits.slowness } ?? false }

    func isIdle(_ limits: GateLimits, at now: ContinuousClock.Instant) -> Bool {
        account.running == 0 && waiting.isEmpty && !isMoving(limits, at: now)
    }

    /// How many may run at once.
    func room(_ limits: GateLimits, at now: ContinuousClock.Instant) -> Int {
        isMoving(limits, at: now) ? limit : limits.beginning
    }

    /// The end of a call.
    ///
    /// - Parameter count: how many notifications it had.
    mutating func end(
        answered: Bool, count: Int, begunAt: ContinuousClock.Instant, _ limits: GateLimits, at now: ContinuousClock.Instant
    ) {
        guard answered else {
            account.end(answered: false, at: now)
            return
        }
        limit = min(limits.atOnce, room(limits, at: now) + 1)
        account.end(answered: true, at: now)
        let took = begunAt.duration(to: now)
        latency = latency.map { ($0 * 3 + took) / 4 } ?? took
        pace.answered(count, at: now, span: patience(limits))
    }
}
