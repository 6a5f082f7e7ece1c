/// One pending call of `publish`. Used on the publisher's thread only.
final class PublishCall {
    private(set) var messages: [OutgoingMessage]
    let deadline: ContinuousClock.Instant
    /// The index of the first unwritten message.
    private(set) var next = 0
    /// The size of the unwritten bodies.
    private(set) var unwrittenBytes: Int
    /// For each message, whether its outcome is known.
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

    /// Whether the caller has its report.
    var isOver: Bool { continuation == nil }
    var unwritten: Int { messages.count - next }

    /// Marks the next message as written.
    func advance() {
        unwrittenBytes -= messages[next].body.count
        next += 1
    }

    /// Records the outcome of one message. The last one ends the call.
    ///
    /// - Parameters:
    ///   - failure: nil if the message is confirmed.
    ///   - mayHaveArrived: for a failure, whether the message may be in a queue nevertheless.
    func answer(_ index: Int, _ failure: PublishError?, mayHaveArrived: Bool = false) {
        guard !isOver, !isAnswered[index] else { return }
        note(index, failure, mayHaveArrived: mayHaveArrived)
        if unanswered == 0 { end() }
    }

    /// Ends the call. Written messages without an outcome may have arrived; unwritten ones have not.
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
