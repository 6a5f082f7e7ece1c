import Synchronization

/// Calls that were handed in together, and where their outcomes go.
final class HTTPSubmission: Sendable {
    let calls: [HTTPCall]
    let completion: @Sendable (_ index: Int, Result<HTTPReply, TransferError>) -> Void

    init(calls: [HTTPCall], completion: @escaping @Sendable (_ index: Int, Result<HTTPReply, TransferError>) -> Void) {
        self.calls = calls
        self.completion = completion
    }
}

/// Where submissions wait until the loop's thread takes them: one lock and at most one wake-up, however many come meanwhile.
final class HTTPInbox: Sendable {
    private struct State {
        var submissions: [HTTPSubmission] = []
        var isAwake = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let multi: CurlMulti

    init(multi: CurlMulti) { self.multi = multi }

    /// False if the inbox is closed, and then the submission is dropped.
    func put(_ submission: HTTPSubmission) -> Bool {
        let (isOpen, wakes) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.submissions.append(submission)
            defer { state.isAwake = true }
            return (true, !state.isAwake)
        }
        if wakes { multi.wakeUp() }
        return isOpen
    }

    func take() -> (submissions: [HTTPSubmission], isClosed: Bool) {
        state.withLock { state in
            defer { state.submissions.removeAll() }
            state.isAwake = false
            return (state.submissions, state.isClosed)
        }
    }

    func close() {
        state.withLock { $0.isClosed = true }
        multi.wakeUp()
    }
}
