/// What is under way within one limit, and whether it comes to an end. Pure.
struct Account {
    private(set) var running = 0
    /// When an answer came last; or, where none has since, when the first of what is under way began.
    private var progress: ContinuousClock.Instant?
    private(set) var lastAnswer: ContinuousClock.Instant?

    mutating func begin(at now: ContinuousClock.Instant) {
        if running == 0 { progress = now }
        running += 1
    }

    /// - Parameter answered: only an answer is progress; a call that times out shows nothing but that it is over.
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

    /// From when on nobody waits for it any more, if nothing comes.
    func stalls(after patience: Duration) -> ContinuousClock.Instant? { running > 0 ? progress.map { $0 + patience } : nil }
}
