/// One call of `publish` that is not over. It belongs to its publisher's thread.
final class PublishCall {
    private(set) var messages: [OutgoingMessage]
    let deadline: ContinuousClock.Instant
    /// The index of the first message that has not been written.
    private(set) var next = 0
    /// Of the bodies that have not been written.
    private(set) var unwrittenBytes: Int
    private var unsettled: Int
    private var failure: PublishError?
    private var continuation: CheckedContinuation<Result<Void, PublishError>, Never>?

    init(
        _ messages: [OutgoingMessage], deadline: ContinuousClock.Instant,
        continuation: CheckedContinuation<Result<Void, PublishError>, Never>
    ) {
        self.messages = messages
        self.deadline = deadline
        self.continuation = continuation
        unsettled = messages.count
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

    /// One message has been answered for; the call is over with the last one, and then fails with the first failure among them.
    func settle(_ failure: PublishError?) {
        if self.failure == nil { self.failure = failure }
        unsettled -= 1
        if unsettled == 0 { finish(self.failure) }
    }

    /// Answers the caller, once.
    func finish(_ failure: PublishError?) {
        guard let continuation else { return }
        self.continuation = nil
        messages = []
        next = 0
        unwrittenBytes = 0
        continuation.resume(returning: failure.map { .failure($0) } ?? .success(()))
    }
}
