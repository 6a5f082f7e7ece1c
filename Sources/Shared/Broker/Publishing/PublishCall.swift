/// One call of `publish` that is not over. It belongs to its publisher's thread.
final class PublishCall {
    private(set) var messages: [OutgoingMessage]
    let deadline: ContinuousClock.Instant
    /// The index of the first message that has not been written.
    private(set) var next = 0
    /// Of the bodies that have not been written.
    private(set) var unwrittenBytes: Int
    /// For each message, whether the broker has answered for it.
    private var isAnswered: [Bool]
    private var unanswered: Int
    private var failures: [PublishReport.Failure] = []
    private var continuation: CheckedContinuation<PublishReport, Never>?

    init(
        _ messages: [OutgoingMessage], deadline: ContinuousClock.Instant, continuation: CheckedContinuation<PublishReport, Never>
    ) {
        self.messages = messages
        self.deadline = deadline
        self.continuation = continuation
        isAnswered = Array(repeating: false, count: messages.count)
        unanswered = messages.count
        unwrittenBytes = messages.reduce(0) { $0 + $1.body.count }
    }

    /// The caller has its answer.
    var isOver: Bool { continuation == nil }
    var unwritten: Int { messages.count - next }

    /// Goes on to the message after the one that was written.
    func advance() {
        unwrittenBytes -= messages[next].body.count
        next += 1
    }

    /// The broker has answered for one message; the call is over with the last one.
    ///
    /// - Parameters:
    ///   - failure: nil where the message is confirmed.
    ///   - mayHaveArrived: for a failure, whether the message may be on a queue all the same.
    func answer(_ index: Int, _ failure: PublishError?, mayHaveArrived: Bool = false) {
        guard !isOver, !isAnswered[index] else { return }
        note(index, failure, mayHaveArrived: mayHaveArrived)
        if unanswered == 0 { end() }
    }

    /// Ends the call: what has been written and not been answered for may have arrived, and what has not been written has not.
    func fail(_ error: PublishError) {
        guard !isOver else { return }
        for index in messages.indices where !isAnswered[index] { note(index, error, mayHaveArrived: index < next) }
        end()
    }

    private func note(_ index: Int, _ failure: PublishError?, mayHaveArrived: Bool) {
        isAnswered[index] = true
        unanswered -= 1
        guard let failure else { return }
        failures.append(PublishReport.Failure(index: index, error: failure, mayHaveArrived: mayHaveArrived))
    }

    private func end() {
        guard let continuation else { return }
        self.continuation = nil
        messages = []
        next = 0
        unwrittenBytes = 0
        continuation.resume(returning: PublishReport(failures: failures))
    }
}
