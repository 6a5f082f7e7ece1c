/// When a question is published, published again, and when to stop waiting for answers. Pure.
struct QuestionSchedule {
    typealias Instant = ContinuousClock.Instant

    /// What is known at a moment.
    struct Progress {
        var answers: Int
        /// How many are there and have not answered.
        var missing: Int
        /// From when on it is known who is there; nil if that is not known.
        var settlesAt: Instant?
    }

    enum Step: Equatable {
        case send
        case wait(until: Instant)
        case end(Completeness)
    }

    /// The time between two publishes of a question.
    static let interval = Duration.milliseconds(500)

    private let start: Instant
    private let end: Instant
    private var nextSend: Instant

    init(from start: Instant, within limit: Duration) {
        self.start = start
        end = start + limit
        nextSend = start
    }

    mutating func next(at now: Instant, _ progress: Progress) -> Step {
        let isSettled = progress.settlesAt.map { $0 <= now } ?? false
        // A process that has just started is not known yet, but it receives the question: if nobody is known, there is time for its answer.
        let aloneUntil = progress.answers == 0 ? start + PresenceTable.patience : start
        let hasSent = nextSend > start
        if hasSent, isSettled, progress.missing == 0, aloneUntil <= now { return .end(.complete) }
        if end <= now { return .end(!isSettled ? .unknown : progress.missing == 0 ? .complete : .missing(progress.missing)) }
        if nextSend <= now {
            nextSend = now + Self.interval
            return .send
        }
        let moments = [end, nextSend, aloneUntil] + (progress.settlesAt.map { [$0] } ?? [])
        return .wait(until: moments.filter { $0 > now }.min()!)
    }
}
