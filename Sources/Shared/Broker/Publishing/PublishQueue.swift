/// The calls of one publisher: what waits to be written, and what has been written and waits for its confirm.
struct PublishQueue {
    /// One written message.
    private struct Written {
        let call: PublishCall
        let index: Int

        var message: OutgoingMessage? { call.isOver ? nil : call.messages[index] }
    }

    /// Those with unwritten messages, from `head` on, in order.
    private var waiting: [PublishCall] = []
    private var head = 0
    /// All that are not over, and some that are.
    private var calls: [PublishCall] = []
    private var ledger = ConfirmLedger<Written>()
    private var earliestDeadline: ContinuousClock.Instant?
    /// Messages that have not been written.
    private(set) var waitingCount = 0
    /// Their bodies together.
    private(set) var waitingBytes = 0

    /// Messages that have been written and not been answered for.
    var outstanding: Int { ledger.outstanding }

    /// Whether no caller waits any more.
    var isIdle: Bool { calls.allSatisfy(\.isOver) }

    mutating func add(_ call: PublishCall) {
        if calls.count >= 64, calls.count == calls.capacity { calls.removeAll(where: \.isOver) }
        calls.append(call)
        waiting.append(call)
        waitingCount += call.unwritten
        waitingBytes += call.unwrittenBytes
        earliestDeadline = min(earliestDeadline ?? call.deadline, call.deadline)
    }

    /// The message to write next. After writing it, `noteWritten` must follow.
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

    /// - Returns: how many messages this has settled.
    mutating func settle(_ number: UInt64, multiple: Bool, isConfirmed: Bool) -> Int {
        let settled = ledger.settle(number, multiple: multiple, isConfirmed: isConfirmed)
        for (written, outcome) in settled {
            switch outcome {
            case .confirmed: written.call.answer(written.index, nil)
            // One of several queues may have taken it.
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

    /// The broker has closed the channel: what it speaks of fails for that reason, and what else was under way may or may not have arrived.
    /// What has not been written waits on.
    mutating func abandonChannel(_ exception: ChannelException) {
        let lost = ledger.abandon()
        let concerned = lost.map { written in written.message.map(exception.concerns) ?? false }
        let isClear = concerned.contains(true)
        for (written, isConcerned) in zip(lost, concerned) where isConcerned || !isClear {
            written.call.answer(written.index, exception.error, mayHaveArrived: !isClear)
        }
        for written in lost { fail(written.call, .disconnected) }
    }

    /// The connection has gone.
    mutating func abandonConnection() {
        for written in ledger.abandon() { fail(written.call, .disconnected) }
    }

    /// Fails the calls whose time is over.
    ///
    /// - Returns: when the next one's is.
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
