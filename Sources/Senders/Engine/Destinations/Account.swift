/// The open calls within one limit, and whether they make progress. Pure.
struct Account {
    private(set) var running = 0
    /// When the last answer came, or when the first open call began if that was later.
    private var progress: ContinuousClock.Instant?
    private(set) var lastAnswer: ContinuousClock.Instant?

    mutating func begin(at now: ContinuousClock.Instant) {
        if running == 0 { progress = now }
        running += 1
    }

    /// - Parameter answered: only an answer is progress; a time-out is not.
    mutating func end(answered: Bool, at now: ContinuousClock.Instant) {
        running -= 1
        guard answered else { return }
        progress = now
        lastAnswer = now
    }

    /// Whether an answer came within the time.
    func isMoving(within patience: Duration, at now: ContinuousClock.Instant) -> Bool {
        lastAnswer.map { now < $0 + patience } ?? false
    }

    /// When it counts as stalled if no answer comes; nil if no call is open.
    func stalls(after patience: Duration) -> ContinuousClock.Instant? { running > 0 ? progress.map { $0 + patience } : nil }
}
