import Broker
import Contract
public import Topology

extension ControlService {
    /// Answers questions of this type. Call it before `start`.
    ///
    /// - Parameter answer: runs in a task of its own. nil where there is nothing to say; whoever asks then waits for its whole time.
    public func answer<Question: ControlQuestion>(
        _: Question.Type, _ answer: @escaping @Sendable (Question) async -> Question.Answer?
    ) {
        setHandler(Question.type) { [weak self] envelope throws(ContractError) in
            let question = try envelope.read(Question.self)
            self?.answer(envelope) { await answer(question) }
        }
        expectAnswers(Question.Answer.self)
    }

    /// Accepts answers to the questions of this type. Call it before `start`; `answer` includes it.
    public func expectAnswers<Answer: ControlMessage>(_: Answer.Type) {
        setHandler(Answer.type) { [weak self] envelope throws(ContractError) in
            // What cannot be read is no answer.
            _ = try envelope.read(Answer.self)
            guard let id = envelope.question else { return }
            self?.state.withLock { state in
                state.questions[id]?.answers[envelope.from] = envelope
                state.questions[id]?.arrival.yield()
            }
        }
    }

    /// Asks all processes of the address, of a role that this one watches. The question is repeated while answers are missing.
    ///
    /// - Parameter limit: how long to wait for processes that do not answer. If all that are there have answered, it returns at once.
    /// - Returns: the answers so far if its task is cancelled.
    public func ask<Question: ControlQuestion>(
        _ question: Question, to address: ControlAddress, within limit: Duration
    ) async -> Answers<Question.Answer> {
        let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            let id = state.nextQuestion()
            state.questions[id] = OpenQuestion(arrival: arrival)
            return id
        }
        defer { state.withLock { $0.questions[id] = nil } }
        var schedule = QuestionSchedule(from: .now, within: limit)
        var arrived = arrivals.makeAsyncIterator()
        while !Task.isCancelled, state.withLock({ $0.isAvailable }) {
            let now = ContinuousClock.now
            switch schedule.next(at: now, progress(of: id, at: address, now)) {
            case .end(let completeness): return Answers(answers(to: id), completeness)
            case .send:
                // No queue is bound to the address. Those that have just been there may only have lost their connection.
                let isUnroutable = await send(question, to: address, question: id) == .unroutable
                if isUnroutable, progress(of: id, at: address, .now).missing == 0 { return Answers(answers(to: id), .complete) }
            case .wait(let until):
                let alarm = Task {
                    try? await Task.sleep(until: until)
                    arrival.yield()
                }
                _ = await arrived.next()
                alarm.cancel()
            }
        }
        return Answers(answers(to: id), .unknown)
    }

    private func progress(
        of id: String, at address: ControlAddress, _ now: ContinuousClock.Instant
    ) -> QuestionSchedule.Progress {
        state.withLock { state in
            let answers = state.questions[id]?.answers ?? [:]
            let missing = state.presence.live(at: address, now).count { answers[$0.id] == nil }
            return QuestionSchedule.Progress(answers: answers.count, missing: missing, settlesAt: state.presence.settlesAt)
        }
    }

    private func answers<Answer: ControlMessage>(to id: String) -> [String: Answer] {
        let envelopes = state.withLock { $0.questions[id]?.answers ?? [:] }
        return envelopes.compactMapValues { try? $0.read(Answer.self) }
    }

    private func answer(_ envelope: ControlEnvelope, _ make: @escaping @Sendable () async -> (some ControlMessage)?) {
        let mayAnswer = state.withLock { state in
            guard state.answering < Self.answerLimit else { return false }
            state.answering += 1
            return true
        }
        // It is repeated.
        guard mayAnswer else { return metrics.dropped.increment() }
        Task { [self] in
            if let answer = await make() { publish(answer, to: .participant(envelope.from), question: envelope.question) }
            state.withLock { $0.answering -= 1 }
        }
    }

    enum Sent { case published, unroutable, failed }

    /// Publishes a message and waits for the confirm.
    func send(_ message: some ControlMessage, to address: ControlAddress, question: String? = nil) async -> Sent {
        guard state.withLock({ $0.isAvailable }),
            let outgoing = ControlEnvelope.outgoing(message, to: address, from: participant, question: question)
        else { return .failed }
        switch await publisher.attempt([outgoing], within: Self.publishLimit).failures.first?.error {
        case nil: return .published
        case .returned?: return .unroutable
        case .accessRefused(let text)?:
            disable(because: PublishError.accessRefused(text))
            return .failed
        case _?: return .failed
        }
    }
}
