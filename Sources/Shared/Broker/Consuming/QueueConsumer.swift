/// The state of one queue consumer. Used on the subscriber's thread only.
final class QueueConsumer {
    enum Phase: Equatable {
        /// No AMQP channel: the connection was lost, or the broker closed the AMQP channel and the retry delay has not passed.
        case waiting(until: ContinuousClock.Instant?)
        /// The AMQP channel is open, but the broker cancelled the queue consumer and the retry delay has not passed.
        case idle(until: ContinuousClock.Instant)
        case opening, consuming, cancelling
        /// Receives no more deliveries. The AMQP channel stays open to settle the earlier ones.
        case cancelled
        case closing
    }

    let number: Int
    /// Changes only if the queue is the connection's own.
    var queue: String
    /// How to declare the queue, if it is the connection's own.
    let own: OwnQueue?
    /// The routing keys with which it is not bound yet.
    var unbound: ArraySlice<String> = []
    /// Called when it consumes again after an interruption; what was published to an own queue meanwhile is lost.
    let restarted: @Sendable () -> Void
    let prefetch: Int
    let isExclusive: Bool
    let amqpChannel: UInt16
    let mailbox = DeliveryMailbox()
    var phase = Phase.waiting(until: nil)
    var epoch: UInt32 = 0
    var ledger = AckLedger()
    /// When deferred acknowledgements must be sent; nil if none is deferred.
    var flushBy: ContinuousClock.Instant?
    /// When the broker must have answered the last command.
    var answerDeadline: ContinuousClock.Instant?
    /// Received in this round of the pump.
    var arrived: [Delivery] = []
    var starting: CheckedContinuation<Result<Void, BrokerError>, Never>?
    var cancelling: [CheckedContinuation<Void, Never>] = []

    init(
        number: Int, queue: String, own: OwnQueue? = nil, prefetch: Int, isExclusive: Bool, amqpChannel: UInt16,
        restarted: @escaping @Sendable () -> Void = {}
    ) {
        self.number = number
        self.queue = queue
        self.own = own
        self.prefetch = prefetch
        self.isExclusive = isExclusive
        self.amqpChannel = amqpChannel
        self.restarted = restarted
    }

    /// Whether no more deliveries are to come.
    var isEnding: Bool { phase == .cancelling || phase == .cancelled || phase == .closing }

    /// What to send to the broker now. At most half of the prefetch is deferred, so that deliveries continue. Nothing is deferred longer than
    /// 50 ms while the oldest unsettled delivery stays the same.
    func takeActions(_ now: ContinuousClock.Instant) -> [AckLedger.Action] {
        let isDue = isEnding || flushBy.map { $0 <= now } ?? false
        let oldest = ledger.oldest
        let actions = ledger.takeActions(burst: isDue ? 1 : max(1, prefetch / 2))
        if ledger.oldest != oldest { flushBy = nil }
        flushBy = ledger.deferredCount == 0 ? nil : flushBy ?? now + .milliseconds(50)
        return actions
    }

    /// The AMQP channel was lost, with all its deliveries.
    func abandonAMQPChannel() {
        answerDeadline = nil
        flushBy = nil
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
