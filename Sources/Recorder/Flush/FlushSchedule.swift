/// Decides when received messages are saved: at a count of events, at an age, or at a count of messages, and never more batches at the same
/// time than allowed. Pure: the service carries out the actions and reports their completion.
struct FlushSchedule<Message: Sendable>: Sendable {
    enum Action {
        /// Call `isDue` with this number after the flush interval.
        case startTimer(Int)
        /// Save these and call `flushed`.
        case flush([Message])
        /// Nothing is left, and no more messages will arrive.
        case finish
    }

    private let countLimit: Int
    private let messageLimit: Int
    private let flushLimit: Int
    private var collected: [(message: Message, weight: Int)] = []
    private var weight = 0
    private var flushing = 0
    private var timer = 0
    private var isDueNow = false
    private var isFinishing = false

    /// - Parameters:
    ///   - countLimit: the weight at which a batch is saved; a batch has at most twice as much, unless a single message weighs more.
    ///   - messageLimit: the number of messages at which a batch is saved even if they weigh less.
    ///   - flushLimit: how many batches may be saved at the same time.
    init(countLimit: Int, messageLimit: Int, flushLimit: Int) {
        self.countLimit = max(1, countLimit)
        self.messageLimit = max(1, messageLimit)
        self.flushLimit = max(1, flushLimit)
    }

    mutating func add(_ message: Message, weight messageWeight: Int) -> [Action] {
        let isFirst = collected.isEmpty
        collected.append((message, messageWeight))
        weight += messageWeight
        let actions = next()
        guard isFirst, !collected.isEmpty else { return actions }
        timer += 1
        return actions + [.startTimer(timer)]
    }

    /// A timer has fired. It is ignored if its messages are saved already.
    mutating func isDue(_ number: Int) -> [Action] {
        guard number == timer, !collected.isEmpty else { return [] }
        isDueNow = true
        return next()
    }

    mutating func flushed() -> [Action] {
        flushing -= 1
        return next()
    }

    /// No more messages will arrive: what is collected is saved without waiting.
    mutating func finish() -> [Action] {
        isFinishing = true
        return next()
    }

    private mutating func next() -> [Action] {
        var actions: [Action] = []
        while flushing < flushLimit, !collected.isEmpty, isDueNow || isFinishing || isFull {
            flushing += 1
            actions.append(.flush(takeBatch()))
        }
        if isFinishing, collected.isEmpty, flushing == 0 { actions.append(.finish) }
        return actions
    }

    private var isFull: Bool { weight >= countLimit || collected.count >= messageLimit }

    /// The oldest messages, up to twice the count.
    private mutating func takeBatch() -> [Message] {
        var taken = 0
        var takenWeight = 0
        while taken < collected.count, taken == 0 || takenWeight + collected[taken].weight <= 2 * countLimit {
            takenWeight += collected[taken].weight
            taken += 1
        }
        let batch = collected.prefix(taken).map(\.message)
        collected.removeFirst(taken)
        weight -= takenWeight
        if collected.isEmpty { isDueNow = false }
        return batch
    }
}
