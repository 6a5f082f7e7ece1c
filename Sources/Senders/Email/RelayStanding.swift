import Synchronization
import Transfers

/// Whether a relay that is not the last of its chain can be reached. If it has not replied for a minute, a TCP connection is tried first,
/// so that mails do not wait until connecting fails. After `patience`, mails go to the next relay.
///
/// The connection attempt continues meanwhile, so that a relay that is only far away can take the mails that follow.
final class RelayStanding: Sendable {
    enum Standing: Sendable, Equatable {
        case there
        /// A probe has started and has not ended.
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

        /// What is known before the probe ends.
        var standing: Standing { isAbsent ? .absent : .connecting }
    }

    /// How long after its last reply a relay counts as reachable.
    static let memory = Duration.seconds(60)
    /// How long mails wait for the answer, counted from the start of the probe: a round trip on the same continent.
    static let patience = Duration.milliseconds(100)
    /// After this time the answer is no.
    static let limit = Duration.seconds(2)

    private let ask: @Sendable (_ answer: @escaping @Sendable (Bool) -> Void) -> Void
    private let state = Mutex(State())

    /// - Parameter ask: finds out whether the relay accepts a connection within `limit`.
    init(ask: @escaping @Sendable (_ answer: @escaping @Sendable (Bool) -> Void) -> Void) { self.ask = ask }

    /// Calls back exactly once: immediately if the relay is known to be reachable, otherwise when the probe ends or `patience` is over.
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

    /// Records the result of a mail.
    func note(_ result: Result<MailReply, TransferError>, at now: ContinuousClock.Instant = .now) {
        switch result {
        case .success, .failure(.refusedByServer), .failure(.authenticationFailed): replied(at: now)
        // The next mail probes the relay first.
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

    /// - Parameter began: when the probe started. Another probe may have started since it ended.
    private func waitNoLonger(since began: ContinuousClock.Instant) {
        let (waiting, standing) = state.withLock { state -> ([@Sendable (Standing) -> Void], Standing) in
            guard let question = state.question, question.began == began else { return ([], state.standing) }
            state.question?.waiting = []
            return (question.waiting, state.standing)
        }
        for found in waiting { found(standing) }
    }
}
