import Synchronization
import Transfers

/// Whether a relay that has another one behind it is there. One that has not spoken for a minute is first asked for a TCP connection: while
/// mails find out that a relay is gone, somebody waits for them. What waits longer than a moment goes to the next one.
///
/// The question goes on meanwhile, so that a relay that is only far away is there for the mails that follow.
final class RelayStanding: Sendable {
    enum Standing: Sendable, Equatable {
        case there
        /// It was asked a moment ago and has not accepted yet.
        case connecting
        /// The last answer was that it does not accept.
        case absent
    }

    private struct Question {
        let began: ContinuousClock.Instant
        var waiting: [@Sendable (Standing) -> Void] = []
    }

    private struct State {
        var lastReply: ContinuousClock.Instant?
        var question: Question?
        var isAbsent = false

        /// What is known before the question is answered.
        var standing: Standing { isAbsent ? .absent : .connecting }
    }

    /// So long a relay that has spoken counts as one that is there.
    static let memory = Duration.seconds(60)
    /// So long mails wait for the answer, counted from the question: a round trip on the same continent.
    static let patience = Duration.milliseconds(100)
    /// The answer is no after so long.
    static let limit = Duration.seconds(2)

    private let ask: @Sendable (_ answer: @escaping @Sendable (Bool) -> Void) -> Void
    private let state = Mutex(State())

    /// - Parameter ask: finds out whether the relay accepts a connection within `limit`.
    init(ask: @escaping @Sendable (_ answer: @escaping @Sendable (Bool) -> Void) -> Void) { self.ask = ask }

    /// Calls back exactly once: at once where the relay is known to be there, otherwise when the question is answered or `patience` is over.
    func find(_ found: @escaping @Sendable (Standing) -> Void) {
        let now = ContinuousClock.now
        let (known, isNew) = state.withLock { state -> (Standing?, Bool) in
            if let last = state.lastReply, now < last + Self.memory { return (.there, false) }
            let isNew = state.question == nil
            if isNew { state.question = Question(began: now) }
            guard now < state.question!.began + Self.patience else { return (state.standing, false) }
            state.question!.waiting.append(found)
            return (nil, isNew)
        }
        if let known { found(known) }
        guard isNew else { return }
        ask { [weak self] in self?.answered($0) }
        Task { [weak self] in
            try? await Task.sleep(for: Self.patience)
            self?.waitNoLonger(since: now)
        }
    }

    /// A mail has come to its end.
    func note(_ result: Result<MailReply, TransferError>, at now: ContinuousClock.Instant = .now) {
        switch result {
        case .success, .failure(.refusedByServer), .failure(.authenticationFailed): replied(at: now)
        // The first that cannot connect warns those that come after it.
        case .failure(.connectFailed), .failure(.resolveFailed), .failure(.timedOut(sentRequest: false)):
            state.withLock { $0.lastReply = nil }
        case .failure: break
        }
    }

    private func replied(at now: ContinuousClock.Instant) {
        state.withLock { state in
            state.lastReply = now
            state.isAbsent = false
        }
    }

    private func answered(_ isThere: Bool) {
        if isThere { replied(at: .now) }
        let waiting = state.withLock { state in
            if !isThere { state.isAbsent = true }
            defer { state.question = nil }
            return state.question?.waiting ?? []
        }
        for found in waiting { found(isThere ? .there : .absent) }
    }

    /// - Parameter began: when the question was asked. Another one may have been asked since it was answered.
    private func waitNoLonger(since began: ContinuousClock.Instant) {
        let (waiting, standing) = state.withLock { state -> ([@Sendable (Standing) -> Void], Standing) in
            guard let question = state.question, question.began == began else { return ([], state.standing) }
            state.question?.waiting = []
            return (question.waiting, state.standing)
        }
        for found in waiting { found(standing) }
    }
}
