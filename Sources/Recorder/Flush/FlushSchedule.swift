/// Decides when what has come is saved: at a count, at an age, or when as many messages have come as a batch may hold, and never
/// more batches at the same time than allowed. Pure: the service carries out the actions and tells what became of them.
struct FlushSchedule<Message: Sendable>: Sendable {
    enum Action {
        /// Call `isDue` with this number when the age is reached.
        case startTimer(Int)
        /// Save these and call `flushed`.
        case flush([Message])
        /// Nothing is left, and nothing more will come.
        case finish
    }

    private let countLimit: Int
    private let messageLimit: Int
    private let flushLimit: Int
    private var gathered: [(message: Message, weight: Int)] = []
    private var weight = 0
    private var flushing = 0
    private var timer = 0
    private var isDueNow = false
    private var isFinishing = false

    /// - Parameters:
    ///   - countLimit: so much weight makes a batch; a batch holds at most twice as much, unless a single message weighs more.
    ///   - messageLimit: so many messages make a batch even if they weigh less.
    ///   - flushLimit: how many batches may be saved at the same time.
    init(countLimit: Int, messageLimit: Int, flushLimit: Int) {
        self.countLimit = max(1, countLimit)
        self.messageLimit = max(1, messageLimit)
        self.flushLimit = max(1, flushLimit)
    }

    mutating func add(_ message: Message, weight messageWeight: Int) -> [Action] {
        let isFirst = gathered.isEmpty
        gathered.append((message, messageWeight))
        weight += messageWeight
        let actions = next()
        guard isFirst, !gathered.isEmpty else { return actions }
        timer += 1
        return actions + [.startTimer(timer)]
    }

    /// A timer has run out. One whose messages are saved already means nothing.
    mutating func isDue(_ number: Int) -> [Action] {
        guard number == timer, !gathered.isEmpty else { return [] }
        isDueNow = true
        return next()
    }

    mutating func flushed() -> [Action] {
        flushing -= 1
        return next()
    }

    /// No message comes any more: what is gathered is saved without waiting.
    mutating func finish() -> [Action] {
        isFinishing = true
        return next()
    }

    private mutating func next() -> [Action] {
        var actions: [Action] = []
        while flushing < flushLimit, !gathered.isEmpty, isDueNow || isFinishing || isFull {
            flushing += 1
            actions.append(.flush(takeBatch()))
        }
        if isFinishing, gathered.isEmpty, flushing == 0 { actions.append(.finish) }
        return actions
    }

    private var isFull: Bool { weight >= countLimit || gathered.count >= messageLimit }

    /// The oldest messages, up to twice the count.
    private mutating func takeBatch() -> [Message] {
        var taken = 0
        var takenWeight = 0
        while taken < gathered.count, taken == 0 || takenWeight + gathered[taken].weight <= 2 * countLimit {
            takenWeight += gathered[taken].weight
            taken += 1
        }
        let batch = gathered.prefix(taken).map(\.message)
        gathered.removeFirst(taken)
        weight -= takenWeight
        if gathered.isEmpty { isDueNow = false }
        return batch
    }
}
