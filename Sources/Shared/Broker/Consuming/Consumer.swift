/// One consumption as its subscriber sees it. It belongs to the subscriber's thread.
final class Consumer {
    enum Phase: Equatable {
        /// No AMQP channel: the connection is gone, or the broker closed the channel and it is too early to try again.
        case waiting(until: ContinuousClock.Instant?)
        /// The channel is there, but the broker cancelled the consumer and it is too early to try again.
        case idle(until: ContinuousClock.Instant)
        case opening, consuming, cancelling
        /// Takes nothing more; its channel is there for what is not settled.
        case cancelled
        case closing
    }

    let number: Int
    /// Changes only where the queue is the connection's own.
    var queue: String
    /// How the queue is declared, if it is the connection's own.
    let own: OwnQueue?
    let prefetch: Int
    let isExclusive: Bool
    let channel: UInt16
    let mailbox = DeliveryMailbox()
    var phase = Phase.waiting(until: nil)
    var epoch: UInt32 = 0
    var ledger = AckLedger()
    /// Until when acknowledgements may be kept back to gather more of them; nil if none is.
    var tellBy: ContinuousClock.Instant?
    /// Until when the broker must have answered the last command.
    var answerDeadline: ContinuousClock.Instant?
    /// What this round has brought.
    var arrived: [Delivery] = []
    var starting: CheckedContinuation<Result<Void, BrokerError>, Never>?
    var cancelling: [CheckedContinuation<Void, Never>] = []

    init(number: Int, queue: String, own: OwnQueue? = nil, prefetch: Int, isExclusive: Bool, channel: UInt16) {
        self.number = number
        self.queue = queue
        self.own = own
        self.prefetch = prefetch
        self.isExclusive = isExclusive
        self.channel = channel
    }

    /// Whether nothing more is to be delivered.
    var isEnding: Bool { phase == .cancelling || phase == .cancelled || phase == .closing }

    /// What to tell the broker now. At most half of the prefetch is kept back, so that the rest goes on, and nothing for longer than the
    /// oldest unfinished message stays the same.
    func takeActions(_ now: ContinuousClock.Instant) -> [AckLedger.Action] {
        let isDue = isEnding || tellBy.map { $0 <= now } ?? false
        let oldest = ledger.oldest
        let actions = ledger.takeActions(burst: isDue ? 1 : max(1, prefetch / 2))
        if ledger.oldest != oldest { tellBy = nil }
        tellBy = ledger.keptBack == 0 ? nil : tellBy ?? now + .milliseconds(50)
        return actions
    }

    /// The channel and all its deliveries have gone.
    func abandonChannel() {
        answerDeadline = nil
        tellBy = nil
        ledger = AckLedger()
        arrived = []
        mailbox.discard()
    }

    func endCancelling() {
        mailbox.finish()
        for continuation in cancelling { continuation.resume() }
        cancelling = []
    }

    func answerStart(_ result: Result<Void, BrokerError>) {
        starting?.resume(returning: result)
        starting = nil
    }
}
