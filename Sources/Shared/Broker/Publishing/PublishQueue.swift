/// The calls of one publisher: messages that wait to be written, and written messages that wait for their confirm.
struct PublishQueue {
    /// One written message.
    private struct Written {
        let call: PublishCall
        let index: Int

        var message: OutgoingMessage? { call.isOver ? nil : call.messages[index] }
    }

    /// Calls with unwritten messages, from `head`, in order.
    private var waiting: [PublishCall] = []
    private var head = 0
    /// All pending calls, and some that are over.
    private var calls: [PublishCall] = []
    private var ledger = ConfirmLedger<Written>()
    private var earliestDeadline: ContinuousClock.Instant?
    /// The number of unwritten messages.
    private(set) var waitingCount = 0
    /// The size of their bodies.
    private(set) var waitingBytes = 0

    /// The number of written messages without an outcome.
    var outstanding: Int { ledger.outstanding }

    /// Whether no call is pending.
    var isIdle: Bool { calls.allSatisfy(\.isOver) }

    mutating func add(_ call: PublishCall) {
        if calls.count >= 64, calls.count == calls.capacity { calls.removeAll(where: \.isOver) }
        calls.append(call)
        waiting.append(call)
        waitingCount += call.unwritten
        waitingBytes += call.unwrittenBytes
        earliestDeadline = min(earliestDeadline ?? call.deadline, call.deadline)
    }

    /// The message to write next. Call `noteWritten` after writing it.
    mutating func next() -> OutgoingMessage? {
        while head < waiting.count, waiting[head].unwritten == 0 { head += 1 }
        if head == waiting.count || head > 1024 {
            waiting.removeFirst(head)
            head = 0
        }
        return waiting.isEmpty ? nil : waiting[head].messages[waiting[head].next]
    }

    mutating func noteWritten() {
        let call = waiting[head]
        ledger.publish(Written(call: call, index: call.next))
        waitingBytes -= call.messages[call.next].body.count
        waitingCount -= 1
        call.advance()
    }

    mutating func markReturned(_ returned: ReturnedMessage) {
        ledger.markReturned(returned) { written in
            guard let message = written.message else { return false }
            return message.routingKey == returned.routingKey && message.exchange == returned.exchange
                && message.properties.messageID == returned.messageID
        }
    }

    /// - Returns: how many messages were settled.
    mutating func settle(_ number: UInt64, multiple: Bool, isConfirmed: Bool) -> Int {
        let settled = ledger.settle(number, multiple: multiple, isConfirmed: isConfirmed)
        for (written, outcome) in settled {
            switch outcome {
            case .confirmed: written.call.answer(written.index, nil)
            // Another of several queues may have stored it.
            case .refused: written.call.answer(written.index, .refused, mayHaveArrived: true)
            case .returned(let message):
                written.call.answer(
                    written.index,
                    .returned(
                        exchange: message.exchange, routingKey: message.routingKey, code: message.code, text: message.text))
            }
        }
        return settled.count
    }

    /// The broker closed the AMQP channel. The messages that its error matches fail with it; the others in flight may have arrived. Unwritten
    /// messages keep waiting.
    mutating func abandonAMQPChannel(_ error: AMQPChannelError) {
        let lost = ledger.abandon()
        let matches = lost.map { written in written.message.map(error.matches) ?? false }
        let isCauseKnown = matches.contains(true)
        for (written, isMatch) in zip(lost, matches) where isMatch || !isCauseKnown {
            written.call.answer(written.index, error.publishError, mayHaveArrived: !isCauseKnown)
        }
        for written in lost { fail(written.call, .disconnected) }
    }

    /// The connection was lost.
    mutating func abandonConnection() {
        for written in ledger.abandon() { fail(written.call, .disconnected) }
    }

    /// Fails the calls whose deadline has passed.
    ///
    /// - Returns: the next deadline.
    mutating func expire(_ now: ContinuousClock.Instant, as error: @autoclosure () -> PublishError) -> ContinuousClock.Instant? {
        guard let deadline = earliestDeadline, deadline <= now else { return earliestDeadline }
        for call in calls where call.deadline <= now { fail(call, error()) }
        calls.removeAll(where: \.isOver)
        earliestDeadline = calls.map(\.deadline).min()
        return earliestDeadline
    }

    private mutating func fail(_ call: PublishCall, _ error: PublishError) {
        waitingCount -= call.unwritten
        waitingBytes -= call.unwrittenBytes
        call.fail(error)
    }
}
